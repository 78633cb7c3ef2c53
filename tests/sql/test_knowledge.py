"""The knowledge base: Hebrew found as people type it."""

import pytest

from tests.sql.callers import refused

ADD = "select * from public.kb_add(%s, %s, %s, %s)"
SEARCH = "select * from public.kb_search(%s, %s)"


@pytest.fixture
def shelf(dana):
    """Three documents; the words of this test alone are in them."""
    dana.ask("update public.kb_docs set deleted_at = now() where deleted_at is null")
    dana.ask(ADD, "ירידת ערך ברכב חשמלי", "האחוזים של הַפְּגִיעָה בסוללה. מק״ט 66747-E298", None, ["ירידת ערך"])
    dana.ask(ADD, "נוהל צילום", "מצלמים את הפגוש ואת השמשה לפני פירוק", "נהלים/צילום.md", ["נהלים", "צילום"])
    dana.ask(ADD, "Total loss", "When a car is a constructive total loss: 60% of value", "docs/loss.txt", ["נהלים"])


def titles(desk, query, tags=()):
    return [row["title"] for row in desk.ask(SEARCH, query, list(tags))]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("פגוש", "נוהל צילום"),
        ("הפגוש", "נוהל צילום"),
        ("ושמשה", "נוהל צילום"),
        ("שמש", "נוהל צילום"),
        ("פירוק צילום", "נוהל צילום"),
        ("פגיעה", "ירידת ערך ברכב חשמלי"),
        ("הפגיעה סוללה", "ירידת ערך ברכב חשמלי"),
        ('מק"ט 66747', "ירידת ערך ברכב חשמלי"),
        ("E298", "ירידת ערך ברכב חשמלי"),
        ("constructive LOSS", "Total loss"),
        ("60%", "Total loss"),
    ],
)
def test_a_document_is_found_by_its_words(dana, shelf, query, title):
    assert titles(dana, query) == [title]


@pytest.mark.parametrize("query", ["פגוש סוללה", "זזזז", "' | 'x':*", "\\", "100%", "!!!"])
def test_what_is_nowhere_is_not_found(dana, shelf, query):
    found = titles(dana, query)
    # A question without a word is a list of everything.
    assert found == [] or not any(letter.isalnum() for letter in query)


def test_a_tag_narrows(dana, shelf):
    assert set(titles(dana, "", ["נהלים"])) == {"נוהל צילום", "Total loss"}
    assert titles(dana, "", ["נהלים", "צילום"]) == ["נוהל צילום"]


def test_the_title_counts_more_than_the_body(dana, shelf):
    dana.ask(ADD, "אחר", "על צילום ועל ירידת ערך נכתב כאן רק בדרך אגב", None, [])

    assert titles(dana, "צילום")[0] == "נוהל צילום"
    assert titles(dana, "ירידת ערך")[0] == "ירידת ערך ברכב חשמלי"


def test_a_source_is_one_document(dana, shelf):
    first = dana.one(ADD, "א", "ישן", "folder/a.md", [])
    second = dana.one(ADD, "א", "חדש", "folder/a.md", ["x", " x ", ""])

    assert (second["id"], second["body"], second["tags"]) == (first["id"], "חדש", ["x"])
    assert second["checksum"] != first["checksum"]


def test_another_office_has_its_own(dana, tamar, shelf):
    assert titles(tamar, "פגוש") == []
    made = tamar.one(ADD, "שלנו", "פגוש", "נהלים/צילום.md", [])
    assert titles(tamar, "פגוש") == ["שלנו"]
    with refused("42501"):
        dana.ask("select * from public.kb_add('x', 'y', p_org_id => %s)", made["org_id"])


def test_a_document_is_never_deleted_by_hand(dana, shelf):
    with refused("42501"):
        dana.ask("delete from public.kb_docs")
