"""Opening cases: plates in any spelling, one open case for a plate, numbers that go on."""

import pytest

from cases.models import Case
from tests import cast
from tests.sql.callers import details, refused

WORKING = [status for status in Case.Status.values if status not in Case.ENDED]


@pytest.mark.parametrize("spelling", ["{0}-{1}-{2}", "{0} {1} {2}", " {0}.{1}.{2} ", "{0}{1}{2}", "\u200f{0}-{1}-{2}"])
def test_a_plate_in_any_spelling_is_stored_as_digits(dana, plate, spelling):
    written = spelling.format(plate[:3], plate[3:5], plate[5:])
    opened = dana.open(written)

    assert opened["plate"] == plate
    assert dana.value("select plate from public.cases where id = %s", opened["case_id"]) == plate


def test_a_plain_insert_gets_digits_office_and_filing_number_too(dana, plate):
    row = dana.one("insert into public.cases (plate) values (%s) returning *", f"{plate[:2]}-{plate[2:]}")

    assert (row["plate"], row["org_id"], row["created_by"]) == (plate, cast.NORTH.id, cast.DANA.user_id)
    assert row["filing_case_id"].startswith(f"YC-{plate}-20")


@pytest.mark.parametrize("wrong", ["", "123456", "123456789", "no plate", "\u0661\u0662\u0663\u0664\u0665\u0666\u0667"])
def test_a_plate_has_seven_or_eight_digits(dana, wrong):
    with refused("PT422"):
        dana.open(wrong)
    with refused("23514"):
        dana.ask("insert into public.cases (plate) values (%s)", wrong)


@pytest.mark.parametrize("status", WORKING)
def test_a_case_at_work_keeps_its_plate(dana, plate, case, status):
    dana.ask("update public.cases set status = %s where id = %s", status, case["case_id"])

    with refused("PT409") as told:
        dana.open(plate)
    assert details(told) == {"code": "open_case_exists", "case_id": str(case["case_id"])}
    with refused("23505"):
        dana.ask("insert into public.cases (plate) values (%s)", plate)


@pytest.mark.parametrize("status", Case.ENDED)
def test_an_ended_case_frees_its_plate_and_the_next_one_goes_on_counting(dana, plate, case, status):
    dana.save(case["case_id"], '{"n": 2}', 1)
    dana.ask("update public.cases set status = %s where id = %s", status, case["case_id"])

    second = dana.open(plate)

    assert (second["version"], second["helper_name"]) == (3, f"{plate}_helper_v3")
    assert second["case_id"] != case["case_id"]


def test_numbers_of_a_plate_stay_contiguous_over_its_cases(dana, plate, case):
    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])
    second = dana.open(plate)
    old = dana.save(case["case_id"], '{"old": 1}', 1)
    new = dana.save(second["case_id"], '{"new": 1}', 2)

    assert (old["version"], new["version"]) == (3, 4)
    rows = dana.ask("select version, helper_name from public.case_helper where plate = %s order by 1", plate)
    assert rows == [{"version": n, "helper_name": f"{plate}_helper_v{n}"} for n in (1, 2, 3, 4)]
    current = dana.ask("select version from public.case_helper where plate = %s and is_current order by 1", plate)
    assert [row["version"] for row in current] == [3, 4]


def test_two_offices_count_one_plate_each_for_itself(dana, tamar, plate, case):
    theirs = tamar.open(plate)

    assert (theirs["version"], theirs["helper_name"]) == (1, f"{plate}_helper_v1")
    assert dana.save(case["case_id"], '{"n": 2}', 1)["version"] == 2


@pytest.mark.parametrize("status", WORKING)
def test_an_ended_case_does_not_come_back_beside_an_open_one(dana, plate, case, status):
    dana.ask("update public.cases set status = 'ARCHIVED' where id = %s", case["case_id"])
    second = dana.open(plate)

    with refused("PT409") as told:
        dana.ask("update public.cases set status = %s where id = %s", status, case["case_id"])
    assert details(told) == {"code": "open_case_exists", "case_id": str(second["case_id"])}


def test_a_status_nobody_knows_is_refused(dana, case):
    with refused("23514"):
        dana.ask("update public.cases set status = 'deleted' where id = %s", case["case_id"])


def test_a_person_opens_no_case_in_another_office(tamar, dana, plate, case):
    for spelling in (plate, "7654321"):
        with refused("42501"):
            tamar.open(spelling, org_id=cast.NORTH.id)


def test_a_service_names_the_office_where_there_are_several(service, plate):
    with refused("PT422"):
        service.open(plate)

    assert service.open(plate, org_id=cast.SOUTH.id)["org_id"] == cast.SOUTH.id


def test_an_import_goes_on_where_a_case_is_open_and_opens_one_where_none_is(dana, plate, case):
    def take(which, helper):
        return dana.one("select * from public.case_helper_import(%s, %s::jsonb)", which, helper)

    again, same = take(plate, '{"imported": 1}'), take(f"{plate[:3]}-{plate[3:]}", '{"imported": 1}')
    assert (again["case_id"], again["version"], again["saved_from"]) == (case["case_id"], 2, "IMPORT")
    assert (same["id"], same["version"]) == (again["id"], 2)

    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])
    fresh = take(plate, '{"imported": 1}')
    assert (fresh["version"], fresh["saved_from"], fresh["case_id"] != case["case_id"]) == (3, "IMPORT", True)
