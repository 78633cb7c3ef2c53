"""What a save leaves alone a rebuild would leave alone too: whatever changed, nothing that is derived is ever stale."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import any_plate

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
NAMES = ["small", "typical", "full", "large"]
HELPERS = {name: json.loads((FIXTURES / f"helper_{name}.json").read_text()) for name in NAMES}
REBUILD = "select * from private.tracking_rebuild(array[%s]::uuid[])"
SEARCHED = """select owner_name, owner_phone, manufacturer, model, year, garage, insurance_company, agent, claim_number,
    policy_number, inspected_on, damaged_on, free_text, search_text, words::text from public.case_search_index
    where case_id = %s"""
SEARCH = (
    "select private.search_row_write(case_id, helper_json) from public.case_helper where case_id = %s and is_current"
)
ROWS = "select xmin::text from public.{} where case_id = %s"
TABLES = ["tracking_general", "tracking_expertise", "tracking_final_report", "case_search_index"]
# The fixtures have none of these; each is read.
MORE = {
    "damage_info": {"damage_type": "פגיעה"},
    "estimate_snapshot": {"submitted_at": "2026-01-02"},
    "final_report_snapshot": {"submitted_at": "2026-01-02"},
    "damage_centers": [{"Id": "dc_9", "Location": "גג"}],
    "invoices": [{"invoice_number": "9", "supplier_name": "ספק"}],
}
SECTIONS = sorted({section for helper in HELPERS.values() for section in helper} | set(MORE))

_SOURCES = st.sampled_from([*NAMES, "other", "gone"])
_CHANGES = st.dictionaries(st.sampled_from(SECTIONS), _SOURCES, max_size=4)


@pytest.fixture
def settled(owner):
    """Fails where deriving the case anew would change any row."""

    def check(case):
        assert owner.one(REBUILD, case)["changed"] == 0
        before = owner.one(SEARCHED, case)
        owner.ask(SEARCH, case)
        assert owner.one(SEARCHED, case) == before

    return check


@pytest.fixture
def written(owner):
    """By table, which row of the case stands there."""
    return lambda case: {table: sorted(row["xmin"] for row in owner.ask(ROWS.format(table), case)) for table in TABLES}


def other(value):
    """The same shape, and everything in it something else."""
    match value:
        case dict():
            return {name: other(inner) for name, inner in value.items()}
        case list():
            return [other(inner) for inner in value[:3]]
        case bool():
            return not value
        case int() | float():
            return value + 7
        case str() if re.match(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", value):
            return "2026-03-07"
        case _:
            return f"{value or ''}7"


@pytest.mark.parametrize("name", ["typical", "full"])
def test_no_section_of_a_real_helper_changes_without_what_is_derived_of_it(dana, settled, name):
    helper = {**MORE, **HELPERS[name]}
    saved = dana.open(any_plate(), json.dumps(helper))
    for section in SECTIONS:
        for changed in (other(helper.get(section)), "?", "gone"):
            new = {**helper, section: changed}
            if changed == "gone":
                del new[section]
            saved = dana.save(saved["case_id"], json.dumps(new), saved["version"])
            settled(saved["case_id"])
        saved = dana.save(saved["case_id"], json.dumps(helper), saved["version"])
        settled(saved["case_id"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=st.lists(_CHANGES, min_size=2, max_size=5))
def test_saves_restores_and_changes_of_the_case_leave_nothing_stale(dana, settled, saves):
    helper = {}
    saved = dana.open(any_plate(), "{}")
    for changes in saves:
        for section, source in changes.items():
            value = HELPERS["full"].get(section, MORE.get(section))
            helper[section] = other(value) if source == "other" else HELPERS.get(source, {}).get(section)
            if source == "gone":
                del helper[section]
        saved = dana.save(saved["case_id"], json.dumps(helper), saved["version"])
        settled(saved["case_id"])
        dana.ask("update public.cases set owner_name = %s where id = %s", f"{len(helper)}", saved["case_id"])
        settled(saved["case_id"])
    dana.restore(saved["case_id"], 1, saved["version"])
    settled(saved["case_id"])


def test_a_save_that_says_nothing_new_derives_nothing(dana, written):
    saved = dana.open(any_plate(), json.dumps(HELPERS["full"]))
    before = written(saved["case_id"])

    meta = {**HELPERS["full"]["meta"], "last_updated": "2026-11-23T10:00:00Z"}
    dana.save(saved["case_id"], json.dumps({**HELPERS["full"], "meta": meta, "settings": {"n": 1}}), saved["version"])

    assert written(saved["case_id"]) == before


@pytest.mark.parametrize("mark", ["finalized", "estimate_finalized", "fee_module_completed"])
def test_a_mark_in_meta_is_tracked(dana, settled, mark):
    section = {"estimate_finalized": "estimate"}.get(mark, "final_report")
    helper = {"centers": [{"Id": "a"}], section: {"type": "x"} if section == "final_report" else {}}
    saved = dana.open(any_plate(), json.dumps(helper))
    for value in (True, False, "true", None):
        saved = dana.save(saved["case_id"], json.dumps({**helper, "meta": {mark: value}}), saved["version"])
        settled(saved["case_id"])


@pytest.mark.parametrize("broken", ["delete from {}", "update {} set warnings = '{{*failed}}'"])
def test_a_case_that_has_no_good_row_gets_one_by_any_save(owner, dana, settled, broken):
    saved = dana.open(any_plate(), json.dumps(HELPERS["typical"]))
    owner.ask(broken.format("public.tracking_general") + " where case_id = %s", saved["case_id"])

    dana.save(saved["case_id"], json.dumps({**HELPERS["typical"], "settings": {"n": 1}}), saved["version"])

    settled(saved["case_id"])
    row = dana.one("select warnings from public.tracking_general where case_id = %s", saved["case_id"])
    assert row["warnings"] == []


def test_a_warning_goes_when_its_place_is_put_right(dana, settled):
    helper = {"centers": [{"Id": "a", "Summary": {"Total parts": "בערך"}}], "vehicle": {"year": 2020}}
    saved = dana.open(any_plate(), json.dumps(helper))
    question = "select warnings from public.tracking_general where case_id = %s"
    assert dana.one(question, saved["case_id"])["warnings"] == ["/centers/0/Summary/Total parts"]

    dana.save(saved["case_id"], json.dumps({**helper, "centers": [{"Id": "a"}]}), saved["version"])

    assert dana.one(question, saved["case_id"])["warnings"] == []
    settled(saved["case_id"])


# Where a function that is given the whole helper names a place of it.
_NAMED = re.compile(r"p_helper (?:->>?|#>>?) '\{?(\w+)|'(\w+)(?:/\w+)+'|\(\d+, '(\w+)', '\$")


@pytest.mark.parametrize("reads", ["search_reads", "tracking_reads"])
def test_every_section_that_is_named_is_read_by_its_function_and_no_other(owner, reads):
    kind = reads.split("_")[0]
    listed = set(owner.value(f"select private.{reads}()"))
    sources = owner.ask(
        "select prosrc from pg_proc where pronamespace = 'private'::regnamespace and proname ~ %s",
        f"^{kind}_(?!reads|general_reads|marks|asks|derive)",
    )
    text = "\n".join(row["prosrc"] for row in sources)

    assert {section for section in listed if not re.search(rf"\b{section.removesuffix('_snapshot')}\b", text)} == set()
    named = {name for found in _NAMED.findall(text) for name in found if name}
    assert {name for name in named if name in SECTIONS} - listed <= {"meta"}
