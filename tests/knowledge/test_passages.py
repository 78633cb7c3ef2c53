"""Codes among Hebrew stand in islands, also where a part of one was asked for."""

import pytest

from knowledge.snippets import snippet
from knowledge.templatetags.passages import as_text, told

ISLAND = '<bdi dir="ltr">{}</bdi>'


def test_a_code_in_a_text_is_isolated():
    assert as_text('מק"ט 66747-E298 <b>') == f"מק&quot;ט {ISLAND.format('66747-E298')} &lt;b&gt;"


@pytest.mark.parametrize(
    ("question", "code"),
    [("פגוש", "66747-E298"), ("66747", "<mark>66747</mark>-E298"), ("E298", "66747-<mark>E298</mark>")],
)
def test_a_code_in_a_snippet_is_isolated(question, code):
    drawn = told(snippet("הפגוש <b> מספרו 66747-E298, והוא במלאי", question))

    assert ISLAND.format(code) in drawn
    assert "&lt;b&gt;" in drawn
