"""The other names under which readers look for helpers: all of them show case_helper, and obey its policies."""

import pytest

VERSIONS = {
    "helper_versions": "version, helper_name, helper_json::text helper, source, saved_at",
    "helpers": "version, name helper_name, data::text helper, source, date saved_at",
    "case_helper_mirror": "version, helper_name, helper_json::text helper, source, saved_at",
}


@pytest.fixture
def two(dana, case):
    dana.save(case["case_id"], '{"meta": {"n": 2}, "price": 1.10}', 1)
    return case["case_id"]


@pytest.mark.parametrize("window", VERSIONS)
def test_it_shows_every_version(dana, two, window):
    shown = dana.ask(f"select {VERSIONS[window]} from public.{window} where case_id = %s order by version", two)

    assert shown == dana.ask(
        "select version, helper_name, helper_json::text helper, source, saved_at from public.case_helper"
        " where case_id = %s order by version",
        two,
    )
    assert len(shown) == 2


def test_the_state_is_the_current_version(dana, two, plate):
    state = dana.one(
        "select version, helper_name, plate, helper_json::text helper from public.helper_state where case_id = %s", two
    )

    helper = dana.versions(two)[1]["helper"]
    assert state == {"version": 2, "helper_name": f"{plate}_helper_v2", "plate": plate, "helper": helper}


def test_sections_are_the_current_version_row_by_row(dana, two):
    rows = dana.ask(
        "select section, section_json::text part, version from public.case_helper_sections"
        " where case_id = %s order by section",
        two,
    )

    assert rows == [
        {"section": "meta", "part": '{"n": 2}', "version": 2},
        {"section": "price", "part": "1.10", "version": 2},
    ]


@pytest.mark.parametrize("window", [*VERSIONS, "helper_state", "case_helper_sections"])
def test_it_obeys_the_policies(dana, tamar, service, two, window):
    def seen(desk):
        return desk.value(f"select count(*) from public.{window} where case_id = %s", two)

    assert (seen(dana) > 0, seen(tamar), seen(service) > 0) == (True, 0, True)
