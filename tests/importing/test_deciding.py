"""The questions an import left, in the back office: seen, decided, taken back."""

import pytest

import helpers.services
from accounts.models import AuditEntry
from cases.models import Case
from core import acting
from core.rpc import JsonText
from moving.models import ImportFinding, ImportSource
from parts.models import PartRequired
from tests import cast
from tests.admin.conftest import staff  # noqa: F401
from tests.admin.test_pages import texts
from tests.importing import sources
from tests.importing.sources import Tables

HOME = "/admin/moving/importrun/"


@pytest.fixture
def noam(staff):  # noqa: F811
    return staff()


def decide(browser, finding, decision, **more):
    answer = browser.post(f"{HOME}question/{finding.pk}/", {"decision": decision, **more}, follow=True)
    assert answer.status_code == 200
    return texts(answer)


def take_back(browser, finding):
    return texts(browser.post(f"{HOME}question/{finding.pk}/back/", follow=True))


def statuses(desk, plate):
    return sorted(case.status for case in desk.rows(Case, plate=plate))


def test_the_report_is_shown_and_handed_out(bring, desk, tmp_path, noam):
    plate, _row, _helpers = sources.numbered(tmp_path, "deciding", 3)
    sources.put(tmp_path, "broken.json", '{"meta":\n nothing')
    told = bring(tmp_path)
    [run] = desk.runs()

    assert "לא ניתן לקריאה" in texts(noam.get(HOME))
    page = texts(noam.get(f"{HOME}{run.pk}/"))
    assert "הכול נקרא חזרה" in page
    assert noam.get(f"{HOME}{run.pk}/report/").content.decode() == told
    listed = b"".join(noam.get(f"{HOME}{run.pk}/documents/").streaming_content).decode("utf-8-sig").splitlines()
    assert len(listed) == 5
    [source] = desk.sources(place="broken.json")
    assert noam.get(f"{HOME}source/{source.pk}/").content == b'{"meta":\n nothing'
    shown = texts(noam.get(f"{HOME}questions/unreadable/"))
    assert "broken.json" in shown
    assert "nothing" not in shown
    assert plate


def test_proposals_are_accepted_together_and_taken_back_one_by_one(bring, desk, tmp_path, noam):
    for name in ("one.json", "two.json"):
        sources.put(tmp_path, name, "{" + name)
    bring(tmp_path)
    found = desk.findings("unreadable")
    answer = noam.post(f"{HOME}questions/unreadable/accept/", {"shown": [one.pk for one in found]}, follow=True)

    assert "2 הצעות התקבלו" in texts(answer)
    assert {(one.decision, one.decided_by_id) for one in desk.findings()} == {("leave_it", cast.NOAM.user_id)}
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        audit = AuditEntry.objects.filter(table_name="import_findings")
        assert audit.count() == 2
        assert {one.actor for one in audit} == {cast.NOAM.user_id}
    take_back(noam, found[0])
    assert [one.decision for one in desk.findings()].count(None) == 1


def test_the_other_case_is_opened_and_closed_again(bring, desk, tmp_path, noam):
    tables = Tables(tmp_path)
    tables.add("cases", plate="12345678", status="OPEN", updated_at="2025-01-01T00:00:00Z")
    tables.add("cases", plate="12345678", status="מחכה לתשלום", updated_at="2024-01-01T00:00:00Z")
    bring(tables.write())
    [finding] = desk.findings("several_open")
    assert statuses(desk, "12345678") == ["CLOSED", "OPEN"]

    decide(noam, finding, "open_this")
    assert statuses(desk, "12345678") == ["CLOSED", "מחכה לתשלום"]
    take_back(noam, finding)
    assert statuses(desk, "12345678") == ["CLOSED", "OPEN"]


def test_an_older_document_becomes_the_newest_version_and_back(bring, desk, tmp_path, noam, open_case):
    plate, _row, helpers = sources.numbered(tmp_path, "on top", 1)
    open_case({"meta": {"plate": plate, "here": True}}, plate=plate)
    bring(tmp_path)
    [finding] = desk.findings("late_history")

    decide(noam, finding, "put_on_top")
    assert desk.helpers(plate)[-1] == helpers[0]
    assert desk.versions(plate)[-1].saved_by_id == cast.NOAM.user_id
    take_back(noam, finding)
    assert [one.version for one in desk.versions(plate)] == [1, 2, 3]
    assert desk.helpers(plate)[-1] == {"meta": {"plate": plate, "here": True}}


def test_a_document_without_a_plate_is_given_one(bring, desk, tmp_path, noam):
    sources.put(tmp_path, "nobody.json", {"meta": {"status": "x"}, "valuation": {"base_price": 0.10}})
    bring(tmp_path)
    [finding] = desk.findings("no_plate")

    assert "משהו בבקשה" in decide(noam, finding, "give_plate", plate="12")
    assert desk.versions("12345678") == []
    decide(noam, finding, "give_plate", plate="123-45-678")
    assert desk.helpers("12345678") == [{"meta": {"status": "x"}, "valuation": {"base_price": 0.10}}]
    assert desk.sources()[0].version == 1


def test_a_plate_that_was_wrong_is_taken_back_and_another_given(bring, desk, tmp_path, noam):
    sources.put(tmp_path, "nobody.json", {"meta": {"status": "x"}, "valuation": {"base_price": 0.10}})
    bring(tmp_path)
    [finding] = desk.findings("no_plate")
    decide(noam, finding, "give_plate", plate="12345678")
    take_back(noam, finding)

    # Its version stays, as all versions do, in a case that was put away; the document is nobody's again.
    assert statuses(desk, "12345678") == ["ARCHIVED"]
    assert len(desk.versions("12345678")) == 1
    [source] = desk.sources()
    assert (source.state, source.reason, source.case_id, source.version) == ("KEPT", "no_plate", None, None)
    decide(noam, finding, "give_plate", plate="87654321")
    assert desk.helpers("87654321") == desk.helpers("12345678")
    assert desk.sources()[0].case_id == desk.rows(Case, plate="87654321")[0].pk
    told = bring(tmp_path)
    assert "proved: 1 of 1 read back" in told


def test_a_plate_taken_back_gives_a_case_that_was_there_its_helper_again(bring, desk, tmp_path, noam, open_case):
    sources.put(tmp_path, "nobody.json", {"meta": {"status": "x"}, "valuation": {"base_price": 0.10}})
    case = open_case({"meta": {"plate": "12345678", "here": True}}, plate="12345678")
    bring(tmp_path)
    [finding] = desk.findings("no_plate")
    decide(noam, finding, "give_plate", plate="12345678")
    take_back(noam, finding)

    assert statuses(desk, "12345678") == ["OPEN"]
    assert [one.version for one in desk.versions("12345678")] == [1, 2, 3]
    assert desk.helpers("12345678")[-1] == {"meta": {"plate": "12345678", "here": True}}
    assert case


def test_a_case_that_was_worked_on_since_is_not_taken_back(bring, desk, tmp_path, noam):
    sources.put(tmp_path, "nobody.json", {"meta": {"status": "x"}, "valuation": {"base_price": 0.10}})
    bring(tmp_path)
    [finding] = desk.findings("no_plate")
    decide(noam, finding, "give_plate", plate="12345678")
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        helpers.services.save_full(
            case_id=desk.rows(Case, plate="12345678")[0].pk, helper_json=JsonText(b'{"meta": {"later": true}}'),
            expected_version=1,
        )  # fmt: skip
    take_back(noam, finding)

    assert statuses(desk, "12345678") == ["OPEN"]
    assert desk.findings()[0].decision == "give_plate"
    assert desk.helpers("12345678")[-1] == {"meta": {"later": True}}


def test_copies_of_parts_are_cancelled_and_brought_back(bring, desk, tmp_path, noam):
    tables = Tables(tmp_path)
    case = tables.case("copies", 1)
    for name in ("פנס", "פנס", "פנס", "כנף"):
        tables.add("parts_required", case_id=case["id"], plate=case["plate"], part_name=name, status="ORDERED")
    bring(tables.write())
    [finding] = desk.findings("parts_repeated")

    decide(noam, finding, finding.proposed)
    assert sorted(row.status for row in desk.rows(PartRequired)) == ["CANCELLED"] * 2 + ["ORDERED"] * 2
    take_back(noam, finding)
    assert {row.status for row in desk.rows(PartRequired)} == {"ORDERED"}


def test_only_managers_of_the_office_look_in_and_decide(bring, desk, tmp_path, staff):  # noqa: F811
    sources.put(tmp_path, "broken.json", "{")
    bring(tmp_path)
    [finding], [run] = desk.findings(), desk.runs()
    uri = staff("uri")

    for address in (f"{run.pk}/", f"{run.pk}/report/", f"{run.pk}/documents/", f"source/{finding.source_id}/"):
        assert uri.get(HOME + address).status_code == 404, address
    assert uri.post(f"{HOME}question/{finding.pk}/", {"decision": "leave_it"}).status_code == 404
    assert uri.get(f"{HOME}questions/nothing/").status_code == 404
    assert staff().get(f"{HOME}question/{finding.pk}/").status_code == 404
    assert desk.findings()[0].decision is None
    assert "לא" in decide(staff(), finding, "open_this") or desk.findings()[0].decision is None
    assert desk.findings()[0].decision is None
    with acting.acting(acting.STAFF, cast.DANA.claims):
        assert not ImportFinding.objects.exists()
        assert not ImportSource.objects.exists()
