"""Invoices that many turn at once, over real HTTP: accepted once, and no save is lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from tests.cast import DANA
from tests.conftest import any_plate

HELPER = {"centers": [{"Id": "dc_1", "Damage center Number": "1"}], "n": 0}


@pytest.fixture
def invoice(site):
    """An assigned invoice of one line, in a case whose invoices our side writes."""
    case = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": HELPER}).json()["case_id"]
    facts, line = json.dumps({"invoice_number": uuid4().hex}), json.dumps([{"line_number": 1, "line_total": 500}])
    with site.owner() as owner:
        owner.execute(
            "insert into public.feature_flags (name, org_id, case_id, value)"
            " select 'writer.invoices', org_id, id, 'supabase' from public.cases where id = %s",
            [case],
        )
        [key] = owner.execute("select id from public.invoices_upsert(%s::jsonb, %s)", [facts, case]).fetchone()
        owner.execute("select from public.invoice_lines_bulk_upsert(%s, %s::jsonb)", [key, line])
    mapping = {"line_number": 1, "damage_center_id": "dc_1", "field_type": "part"}
    assert site.call("POST", f"invoices/{key}/assign", DANA, {"mappings": [mapping]}).status == 200
    return {"id": str(key), "case_id": case}


def at_once(*works):
    start = Barrier(len(works))

    def one(work):
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def helper_of(site, invoice):
    return site.call("GET", f"cases/{invoice['case_id']}/helper", DANA).json()


def test_of_many_who_accept_at_once_one_does(site, invoice):
    def accept():
        return site.call("POST", f"invoices/{invoice['id']}/accept", DANA, {"expected_version": 1})

    told = sorted(answer.status for answer in at_once(*[accept] * 6))

    assert told == [200] + [409] * 5
    found = helper_of(site, invoice)
    assert found["version"] == 3
    assert len(found["helper"]["centers"][0]["Parts"]["parts_required"]) == 1


def test_a_save_and_an_accept_at_once_lose_nothing(site, invoice):
    def accept():
        return site.call("POST", f"invoices/{invoice['id']}/accept", DANA, {"expected_version": 1})

    def save():
        body = {"version": 1, "helper": {**HELPER, "n": 1}, "on_conflict": "merge"}
        return site.call("PUT", f"cases/{invoice['case_id']}/helper", DANA, body)

    accepted, saved = at_once(accept, save)

    assert saved.status == 200, saved.body
    helper = helper_of(site, invoice)["helper"]
    assert helper["n"] == 1
    assert (accepted.status == 200) == ("final_report" in helper)
    assert accepted.status in {200, 409}


def test_of_many_who_take_it_back_at_once_one_does(site, invoice):
    site.call("POST", f"invoices/{invoice['id']}/accept", DANA, {"expected_version": 1})

    def undo():
        return site.call("POST", f"invoices/{invoice['id']}/undo", DANA, {"expected_version": 3})

    assert sorted(answer.status for answer in at_once(*[undo] * 4)) == [200] + [409] * 3
    found = helper_of(site, invoice)
    assert (found["version"], found["helper"]) == (4, HELPER)
