"""Payments: filled from the case, edited by the office, late by the day, with their contacts and fee invoices."""

from datetime import timedelta

import pytest

from cases.payments import today
from tests import cast
from tests.admin.conftest import GHOST
from tests.make.caller import Make, give_key

FACTS = {
    "vehicle": {"manufacturer": "קיה", "year": "05/2019"},
    "stakeholders": {"owner": {"name": "רונית", "phone": "050"}, "insurance": {"agent": {"name": "סוכן א"}}},
    "case_info": {"damage_date": "03/02/2026", "damage_type": "תאונה"},
}


def day(ago):
    return str(today() - timedelta(days=ago))


@pytest.fixture
def payment(api, dana, open_case):
    """A payment of a new case, with these facts."""

    def opened(**facts):
        case = open_case(FACTS)
        answer = api(dana).post("payments", {"case_id": case["case_id"], **facts})
        assert answer.status_code == 201, answer.content
        return answer.json()

    return opened


def test_a_payment_begins_with_what_the_case_knows_and_is_the_offices_own_afterwards(api, dana, open_case):
    case = open_case(FACTS)
    answer = api(dana).post("payments", {"plate": case["plate"], "total_fee": 1180.50, "owner_name": "בן"})

    made = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/payments/{made['id']}")
    assert b'"total_fee":1180.50' in answer.content
    assert (made["manufacturer"], made["year_of_manufacture"], made["owner_name"]) == ("קיה", 2019, "בן")
    assert (made["damage_date"], made["agent"], made["payment_status"]) == ("2026-02-03", "סוכן א", "ממתין לתשלום")
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"vehicle": {"manufacturer": "אחר"}}})
    assert api(dana).get(f"payments/{made['id']}").json()["manufacturer"] == "קיה"


def test_a_case_has_one_payment_and_the_same_call_twice_is_the_same(api, dana, payment):
    made = payment(agent="א")

    again = api(dana).post("payments", {"case_id": made["case_id"], "agent": "ב"})

    assert (again.status_code, again.json()["id"], again.json()["agent"]) == (200, made["id"], "ב")
    assert len(api(dana).get(f"payments?case_id={made['case_id']}").json()) == 1


def test_lateness_is_counted_when_it_is_read(api, dana, payment):
    late, paid = payment(expected_payment_date=day(3)), payment(expected_payment_date=day(3))
    today_is_fine, never = payment(expected_payment_date=day(0)), payment()
    api(dana).patch(f"payments/{paid['id']}", {"payment_status": "שולם במלואו"})

    rows = {row["id"]: row["days_late"] for row in api(dana).get("payments").json()}

    assert rows == {late["id"]: 3, paid["id"]: 0, today_is_fine["id"]: 0, never["id"]: 0}
    assert [row["id"] for row in api(dana).get("payments?late=true").json()] == [late["id"]]
    assert len(api(dana).get("payments?late=false").json()) == 3


def test_the_list_is_narrowed(api, dana, payment):
    one = payment(agent="סוכנת ב", expected_payment_date="2026-05-05", broadcast_date="2026-04-01")
    other = payment(payment_status="שולם חלקית", damage_date="2025-01-01")

    def found(query):
        return {row["id"] for row in api(dana).get(f"payments?{query}").json()}

    assert found("agent=סוכנת") == found("expected_from=2026-05-05&expected_to=2026-05-05") == {one["id"]}
    assert found("sent_from=2026-04-01&sent_to=2026-04-01") == found(f"plate={one['plate']}") == {one["id"]}
    assert found("status=שולם חלקית") == found("damage_to=2025-12-31") == {other["id"]}
    assert found(f"updated_since={other['updated_at']}") == {other["id"]}
    for nonsense in ("late=x", "status=x", "expected_from=x", "x=1"):
        assert api(dana).get(f"payments?{nonsense}").status_code == 422


def test_a_contact_is_written_down_with_who_and_when(api, dana, payment):
    made = payment()

    told = api(dana).post(f"payments/{made['id']}/contact", {"note": "הובטח"}).json()

    assert told["last_contacted_by"] == str(cast.DANA.user_id)
    assert (told["last_contacted_by_name"], told["last_contact_notes"]) == (cast.DANA.name, "הובטח")
    assert told["last_contacted_at"]
    assert api(dana).get("payments").json()[0]["last_contacted_by_name"] == cast.DANA.name


def test_fee_invoices_are_counted_and_summed(api, dana, payment):
    made = payment()
    place = f"payments/{made['id']}/fee-invoices"
    first = api(dana).post(place, {"invoice_number": "1", "invoice_amount": 100.10, "invoice_date": "2026-01-01"})
    again = api(dana).post(place, {"invoice_number": "1", "invoice_amount": 200.20})
    second = api(dana).post(place, {"invoice_type": "supplementary", "invoice_amount": 50}).json()

    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    assert b'"fee_invoices_total":250.20' in api(dana).get(f"payments/{made['id']}").content
    assert [row["invoice_number"] for row in api(dana).get(place).json()] == ["1", None]
    api(dana).patch(f"{place}/{second['id']}", {"removed": True})
    told = api(dana).get(f"payments/{made['id']}").json()
    assert (told["fee_invoices_count"], told["fee_invoices_total"]) == (1, 200.2)
    assert api(dana).request("DELETE", f"{place}/{second['id']}").status_code == 405


def test_nothing_is_deleted_only_taken_off_the_lists(api, dana, payment):
    made = payment()

    api(dana).patch(f"payments/{made['id']}", {"removed": True})

    assert api(dana).get("payments").json() == api(dana).get("tracking/payments").json() == []
    assert api(dana).post(f"payments/{made['id']}/contact", {}).status_code == 404
    assert api(dana).patch(f"payments/{made['id']}", {"removed": False}).json()["removed_at"] is None
    assert len(api(dana).get("payments").json()) == 1
    assert api(dana).request("DELETE", f"payments/{made['id']}").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        {"payment_status": "שולם"}, {"total_fee": -1}, {"total_fee": 1.234}, {"total_fee": "x"}, {"total_fee": 1e12},
        {"expected_payment_date": "מחר"}, {"year_of_manufacture": "2020"}, {"case_id": GHOST}, {"days_late": 3},
        {"notes": "x" * 5001},
    ],
)  # fmt: skip
def test_a_change_that_says_nonsense_is_refused(api, dana, payment, body):
    made = payment()

    assert api(dana).patch(f"payments/{made['id']}", body).status_code == 422


def test_foreign_and_missing_are_the_same(api, dana, tamar, payment):
    made = payment()
    fee = api(dana).post(f"payments/{made['id']}/fee-invoices", {"invoice_number": "1"}).json()
    hers = api(tamar)

    for method, mine, ghost, body in (
        ("GET", f"payments/{made['id']}", f"payments/{GHOST}", None),
        ("PATCH", f"payments/{made['id']}", f"payments/{GHOST}", {"agent": "x"}),
        ("POST", f"payments/{made['id']}/contact", f"payments/{GHOST}/contact", {}),
        ("GET", f"payments/{made['id']}/fee-invoices", f"payments/{GHOST}/fee-invoices", None),
        ("POST", f"payments/{made['id']}/fee-invoices", f"payments/{GHOST}/fee-invoices", {}),
        ("PATCH", f"payments/{made['id']}/fee-invoices/{fee['id']}", f"payments/{GHOST}/fee-invoices/{GHOST}",
         {"notes": "x"}),
    ):  # fmt: skip
        foreign, missing = hers.request(method, mine, body), hers.request(method, ghost, body)
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    for named in ({"case_id": made["case_id"]}, {"case_id": GHOST}, {"plate": made["plate"]}):
        assert hers.post("payments", named).status_code == 404
    assert hers.get("payments").json() == []
    assert hers.post("payments", {}).status_code == 422


def test_make_reads_payments_and_writes_none(payment):
    made, make = payment(), Make(give_key())

    assert len(make.get("payments").json()) == 1
    assert make.patch(f"payments/{made['id']}", {"agent": "x"}).status_code == 403
