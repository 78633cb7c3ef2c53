"""The knowledge base's pages: found, read as text, written, taken away and brought back."""

import pytest
from django.urls import reverse

from core import acting
from knowledge import services
from knowledge.models import KbDoc
from tests import cast
from tests.admin.conftest import GHOST, as_noam, page_of
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

LIST = "/admin/knowledge/kbdoc/"
BODY = "מצלמים את הפגוש\n<script>alert(1)</script> & **חשוב**"


@pytest.fixture
def doc(staff):
    with as_noam():
        return services.add(title="נוהל <b>צילום</b>", body=BODY, tags=["נהלים"], source="נהלים/צילום.md")


def now(pk):
    with as_noam():
        return KbDoc.objects.get(pk=pk)


def given(doc, **changes):
    kept = now(doc.pk)
    fields = {"title": kept.title, "tags": ", ".join(kept.tags), "lang": kept.lang, "body": kept.body}
    return {**fields, "seen": kept.updated_at.isoformat(), **changes}


def passages(answer):
    return [text for text, around in page_of(answer).texts if any(tag == "mark" for tag, _ in around)]


def test_a_document_is_added_and_shown_as_text(staff):
    noam = staff()

    typed = {"title": "נוהל", "tags": "ב, א,, ב", "lang": "he", "body": BODY.replace("\n", "\r\n")}
    answer = noam.post(f"{LIST}add/", typed, follow=True)

    assert "המסמך נוסף" in texts(answer)
    with as_noam():
        made = KbDoc.objects.get()
    assert (made.title, made.tags, made.body, made.created_by_id) == ("נוהל", ["א", "ב"], BODY, cast.NOAM.user_id)
    html = answer.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; **חשוב**" in html
    assert "<script>alert" not in html
    assert [attrs["dir"] for tag, attrs in page_of(answer).tags if tag == "pre"] == ["auto"]


def test_a_code_in_the_text_is_not_turned_round(staff):
    with as_noam():
        made = services.add(title="קוד", body='מק"ט 66747-E298 <i>א-ב</i>')

    page = page_of(staff().get(f"{LIST}{made.pk}/"))

    inside = [(text, around[-1]) for text, around in page.texts if any(tag == "pre" for tag, _ in around)]
    assert inside[1] == ("66747-E298", ("bdi", {"dir": "ltr"}))
    assert [text for text, _ in inside] == ['מק"ט', "66747-E298", "<i>א-ב</i>"]


def test_the_list_finds_with_the_passage_and_no_markup_of_the_text(staff, doc):
    answer = staff().get(LIST, {"q": "פגוש script"})

    assert passages(answer) == ["הפגוש", "script", "script"]
    assert "<b>" not in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert "לא נמצא מסמך" in texts(staff().get(LIST, {"q": "סוללה"}))
    assert "לא נמצא מסמך" in texts(staff().get(LIST, {"q": "פגוש", "tag": "אחר"}))
    assert "נוהל <b>צילום</b>" in texts(staff().get(LIST, {"tag": "נהלים"}))


@pytest.mark.parametrize("q", ["%", "'", "&|!", ":*", "\\", "x" * 600, "\0", "<b>"])
@pytest.mark.parametrize("more", [{}, {"removed": "1"}, {"tag": "'%\0"}, {"page": "x"}])
def test_no_question_breaks_the_list(staff, doc, q, more):
    assert staff().get(LIST, {"q": q, **more}).status_code == 200


def test_the_list_goes_page_by_page(staff):
    with as_noam():
        for n in range(51):
            services.add(title=f"מסמך {n:03}", body="x" * 1000)

    first, second = staff().get(LIST), staff().get(LIST, {"page": "2"})

    assert "עמוד 1 מתוך 2" in texts(first)
    assert "מסמך 050" in texts(first)
    assert "מסמך 000" not in texts(first)
    assert "מסמך 000" in texts(second)


def test_a_document_is_changed(staff, doc):
    answer = staff().post(f"{LIST}{doc.pk}/edit/", given(doc, body="חדש", tags="", lang="en"), follow=True)

    assert "המסמך עודכן" in texts(answer)
    kept = now(doc.pk)
    assert (kept.body, kept.tags, kept.lang, kept.source) == ("חדש", [], "en", "נהלים/צילום.md")


def test_a_change_of_somebody_else_in_between_is_not_written_over(staff, doc):
    mine = given(doc, body="שלי")
    with as_noam():
        services.update(doc_id=doc.pk, body="של אחר")

    answer = staff().post(f"{LIST}{doc.pk}/edit/", mine)

    assert answer.status_code == 422
    assert "בינתיים" in texts(answer)
    assert "שלי" in answer.content.decode()
    assert now(doc.pk).body == "של אחר"


def test_a_wrong_form_says_why(staff, doc, settings):
    settings.KB_MAX_BYTES = 100

    for wrong, said in (
        ({"title": ""}, "יש להזין"),
        ({"body": "א" * 51}, "ארוך מדי"),
        ({"tags": "x" * 101}, "50"),
        ({"lang": "xx"}, "xx"),
    ):
        answer = staff().post(f"{LIST}{doc.pk}/edit/", given(doc, **wrong))
        assert answer.status_code == 422
        assert said in " ".join(text for text, around in page_of(answer).texts if any(tag == "li" for tag, _ in around))
    assert now(doc.pk).body == BODY


def test_a_document_is_taken_away_and_brought_back(staff, doc):
    noam = staff()
    assert "להחזיר אותו" in texts(noam.get(f"{LIST}{doc.pk}/remove/"))

    assert "הוסר" in texts(noam.post(f"{LIST}{doc.pk}/remove/", follow=True))

    assert "נוהל <b>צילום</b>" not in texts(noam.get(LIST))
    assert "לא נמצא מסמך" in texts(noam.get(LIST, {"q": "פגוש"}))
    assert "נוהל <b>צילום</b>" in texts(noam.get(LIST, {"removed": "1", "q": "צילום"}))
    assert "אינו מוצא אותו" in texts(noam.get(f"{LIST}{doc.pk}/"))
    assert noam.get(f"{LIST}{doc.pk}/edit/").status_code == 404

    assert "הוחזר" in texts(noam.post(f"{LIST}{doc.pk}/restore/", follow=True))
    assert passages(noam.get(LIST, {"q": "פגוש"})) == ["הפגוש"]


def test_a_document_does_not_come_back_over_another_of_its_source(staff, doc):
    with as_noam():
        services.remove(doc_id=doc.pk)
        services.add(title="אחר", body="", source=doc.source)

    answer = staff().post(f"{LIST}{doc.pk}/restore/", follow=True)

    assert "מאותו מקור" in texts(answer)
    assert now(doc.pk).deleted_at is not None


def test_another_office_sees_nothing_of_it(staff, doc):
    uri = staff("uri")

    for page in ("", "edit/", "remove/"):
        assert uri.get(f"{LIST}{doc.pk}/{page}").status_code == uri.get(f"{LIST}{GHOST}/{page}").status_code == 404
    for page in ("edit/", "remove/", "restore/"):
        assert uri.post(f"{LIST}{doc.pk}/{page}", given(doc)).status_code == 404
    assert "צילום" not in uri.get(LIST).content.decode()
    assert not any(attrs.get("class") == "tag" for _tag, attrs in page_of(uri.get(LIST)).tags)
    assert now(doc.pk).deleted_at is None


def test_a_login_that_may_only_look_changes_nothing(staff, doc, may):
    may("view_kbdoc")
    noam = staff()

    assert noam.get(f"{LIST}{doc.pk}/").status_code == 200
    page = page_of(noam.get(f"{LIST}{doc.pk}/"))
    assert not any("edit" in attrs.get("href", "") for _tag, attrs in page.tags)
    for page in (f"{doc.pk}/edit/", f"{doc.pk}/remove/", "add/"):
        assert noam.get(LIST + page).status_code == 403
        assert noam.post(LIST + page, given(doc)).status_code == 403
    may("view_case")
    for page in ("", f"{doc.pk}/"):
        assert noam.get(LIST + page).status_code == 403


def test_a_long_text_is_shown_as_far_as_a_page_carries_it(staff):
    with as_noam():
        made = services.add(title="ארוך", body="א" * 200_001)

    answer = staff().get(f"{LIST}{made.pk}/")

    assert "ההמשך אינו מוצג" in texts(answer)
    assert "א" * 200_000 in answer.content.decode()
    assert "א" * 200_001 not in answer.content.decode()


def test_a_list_costs_the_same_however_many_documents_there_are(staff):
    noam = staff()
    counts = []
    for _ in range(2):
        with as_noam():
            for _ in range(4):
                services.add(title="מסמך", body="x", tags=["א"])
        counts.append([len(asked(noam, address)) for address in (LIST, f"{LIST}?q=x")])

    assert counts[0] == counts[1]


def test_the_home_page_leads_there(staff):
    page = page_of(staff().get("/admin/"))

    assert reverse("admin:knowledge_kbdoc_changelist") in [attrs.get("href") for tag, attrs in page.tags if tag == "a"]


def test_a_login_without_an_office_sees_no_document(doc):
    with acting.acting(acting.STAFF, {"role": acting.PERSON}):
        assert list(KbDoc.objects.all()) == []
