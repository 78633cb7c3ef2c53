"""The passage a question finds in a text, folded as the database folds it."""

import html
import re

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core import acting
from knowledge import snippets
from knowledge.snippets import LENGTH, snippet


def plain(told):
    return html.unescape(re.sub("</?mark>", "", told))


def marked(told):
    return re.findall("<mark>(.*?)</mark>", told)


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        ("מצלמים את הפגוש לפני פירוק", "פגוש", ["הפגוש"]),
        ("מצלמים את פגוש", "הפגוש", ["פגוש"]),
        ("כשהפגוש נשבר", "פגוש", ["כשהפגוש"]),
        ("שמשה ושמשות", "שמש", ["שמשה", "ושמשות"]),
        ("עם הַפְּגִיעָה בסוללה", "פגיעה", ["הַפְּגִיעָה"]),
        ('לפי מק"ט 66747-E298', "מקט 66747", ['מק"ט', "66747"]),
        ('לפי "פגוש" אחורי', "פגוש", ["פגוש"]),
        ("A Total LOSS of value", "total loss", ["Total", "LOSS"]),
        ("בית־ספר", "ספר", ["ספר"]),
        ("הנה משה", "שה", []),
        ("אין כאן דבר", "פגוש", []),
        ("אין כאן דבר", "' | % & ! :* \\ ( [", []),
    ],
)
def test_the_words_that_were_asked_for_are_marked(text, question, words):
    told = snippet(text, question)

    assert marked(told) == words
    assert plain(told) == text


def test_a_long_text_is_cut_between_words_around_the_best_passage():
    text = "פתיח ארוך מאוד " * 400 + "פגוש " + "ועוד מילים " * 400 + "\nכאן הפגוש\n\nוהשמשה יחד\n" + "סוף " * 400

    told = snippet(text, "שמשה פגוש")

    assert marked(told) == ["הפגוש", "והשמשה"]
    assert "כאן <mark>הפגוש</mark> <mark>והשמשה</mark> יחד" in told
    assert told.startswith("… ")
    assert told.endswith(" …")
    assert LENGTH - 20 <= len(plain(told)) <= LENGTH + 4
    assert set(plain(told).strip("… ").split()) <= set(text.split())


def test_where_no_word_stands_in_the_text_its_beginning_is_shown():
    assert snippet("ראש " * 300, "כותרת") == ("ראש " * 40).strip() + " …"
    assert snippet("", "פגוש") == ""


def test_what_would_be_markup_is_escaped():
    told = snippet('<script>alert("1")</script> <b>פגוש</b> & <mark>', "פגוש script")

    assert "<script>" not in told
    assert told.count("<mark>") == 3
    assert "&lt;mark&gt;" in told


def test_a_text_of_megabytes_is_read_at_once():
    text = "מילה " * 400_000 + "פגוש" + " \"'" * 100_000 + "א" * 300_000

    assert marked(snippet(text, "פגוש " + "והבל " * 9)) == ["פגוש"]


@given(st.text("אבהוכלמשת aZ9-'\"״׳־–\u05b8\u05bc\u05c0.\n/", max_size=40))
@settings(max_examples=60, deadline=None)
def test_words_are_folded_as_in_the_database(db_role, text):
    with connection.cursor() as cursor:
        cursor.execute("select private.kb_words(%s)", [text])
        assert snippets.words(text) == cursor.fetchone()[0].split()
        for word in snippets.words(text):
            cursor.execute("select private.kb_forms(%s)", [word])
            assert snippets.forms(word) == cursor.fetchone()[0]


@pytest.fixture(scope="module")
def db_role(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), acting.acting(acting.SERVICE):
        yield
