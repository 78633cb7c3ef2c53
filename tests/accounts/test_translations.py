"""Every text of ours has its Hebrew, and the compiled catalogue is the one that was written."""

import gettext
import re

import pytest
from babel.messages.pofile import read_po

from tests.accounts.messages import ROOT, all_messages

HEBREW = ROOT / "locale" / "he" / "LC_MESSAGES"
HOLE = re.compile(r"%\(\w+\)s|\{\w*\}")
# The same in both languages.
NAMES = {"Make"}


@pytest.fixture(scope="module")
def written():
    with open(HEBREW / "django.po", "rb") as file:
        return read_po(file, locale="he")


def test_the_search_for_texts_finds_code_and_templates():
    found = all_messages()

    assert found["You may not do this."] == "core/errors.py"
    assert found["Back without restoring"].endswith("restore.html")
    assert ("%(n)s row", "%(n)s rows") in found
    assert ("%(counter)s result", "%(counter)s results") in found


def test_every_text_has_its_hebrew(written):
    missing = []
    for message, file in all_messages().items():
        key = message if isinstance(message, str) else message[0]
        entry = written.get(key)
        texts = [] if entry is None else [entry.string] if isinstance(entry.string, str) else list(entry.string)
        fuzzy = entry is not None and entry.fuzzy
        if fuzzy or not texts or not all(key in NAMES or re.search(r"[א-ת]", text) for text in texts):
            missing.append((file, key))

    assert not missing, "add these to locale/he/LC_MESSAGES/django.po and compile it with pybabel"


def test_nothing_is_translated_that_nobody_says(written):
    said = {message if isinstance(message, str) else message[0] for message in all_messages()}

    assert {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in written if entry.id} <= said


def test_holes_in_a_text_are_kept(written):
    for entry in written:
        if not entry.id or not isinstance(entry.id, str):
            continue
        assert sorted(HOLE.findall(entry.id)) == sorted(HOLE.findall(entry.string)), entry.id


def test_the_compiled_catalogue_says_the_same(written):
    with open(HEBREW / "django.mo", "rb") as file:
        compiled = gettext.GNUTranslations(file)

    for entry in written:
        if not entry.id:
            continue
        if isinstance(entry.id, str):
            assert compiled.gettext(entry.id) == entry.string
        else:
            assert [compiled.ngettext(*entry.id, n) for n in (1, 2)] == list(entry.string)
