"""Folding runs of automatic saves: lists grow short, and nothing at all is lost."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import acting
from helpers import folding, tasks
from helpers.models import CaseHelper

PLATE = "12345678"


@pytest.fixture
def story(api, dana, open_case):
    """A case whose later versions were saved as told: by these triggers, or with further facts."""

    def told(*saves, plate=PLATE, case=None):
        case = case or open_case({"meta": {"n": 1}}, plate=plate)
        for version, what in enumerate(saves, case["version"]):
            more = {"trigger": what} if isinstance(what, str) else what
            body = {"helper": {"meta": {"n": version + 1}}, "version": version, **more}
            assert api(dana).put(f"cases/{case['case_id']}/helper", body).status_code == 200
        return case

    return told


def fold(*arguments, **options):
    said = StringIO()
    call_command("fold_versions", *arguments, stdout=said, **({"older_than_hours": 0} | options))
    return said.getvalue()


def folded(case):
    with acting.acting(acting.SERVICE):
        rows = CaseHelper.objects.filter(case_id=case["case_id"], folded=True)
        return sorted(rows.values_list("version", flat=True))


def everything(case):
    """All columns of all versions but the mark."""
    with acting.acting(acting.SERVICE):
        rows = list(CaseHelper.objects.filter(case_id=case["case_id"]).order_by("version").values())
    return [{key: value for key, value in row.items() if key != "folded"} for row in rows]


def test_a_run_is_marked_and_nothing_is_lost(story):
    case = story(*["autosave"] * 5, "manual")
    before = everything(case)

    said = fold(all=True)

    assert folded(case) == [2, 3, 4, 5, 6]
    assert everything(case) == before
    assert f"1/1  {PLATE}  {case['case_id']}  5 folded" in said
    assert said.endswith("5 versions of 1 cases folded\n")


def test_the_mirror_and_the_clock_fold_and_milestones_never(story):
    case = story("autosave", "interval", "sync_helper", "open", *["logout"] * 3, *["before_estimate"] * 3, "manual")

    fold(all=True)

    assert folded(case) == [2, 3, 4]


def test_the_current_version_is_never_folded(story):
    case = story(*["autosave"] * 4)

    fold(all=True)

    assert folded(case) == [2, 3, 4]


def test_what_somebody_named_or_restored_stays_and_ends_a_run(story, api, dana):
    case = story(*["autosave"] * 3, {"trigger": "autosave", "label": "לפני שינוי"}, *["autosave"] * 2)
    url = f"cases/{case['case_id']}/helper/restore"
    assert api(dana).post(url, {"version": 2, "expected_version": 7}).status_code == 200
    story(*["autosave"] * 4, case={**case, "version": 8})

    fold(all=True)

    assert folded(case) == [2, 3, 4, 9, 10, 11]


def test_a_persons_save_makes_two_runs_and_a_short_one_stays(story):
    case = story(*["autosave"] * 3, "manual", *["autosave"] * 2, "manual", *["interval"] * 4, "manual")

    fold(all=True)
    assert folded(case) == [2, 3, 4, 9, 10, 11, 12]

    fold(all=True, least=2)
    assert folded(case) == [2, 3, 4, 6, 7, 9, 10, 11, 12]


def test_a_second_time_there_is_nothing_to_do_and_a_run_that_grew_is_one_again(story):
    case = story(*["autosave"] * 4)
    fold(all=True)

    assert fold(all=True) == "0 versions of 0 cases folded\n"
    story(*["autosave"] * 2, case={**case, "version": 5})
    assert "2 folded" in fold(all=True)
    assert folded(case) == [2, 3, 4, 5, 6]


def test_todays_saves_stay_until_tomorrow(story):
    case = story(*["autosave"] * 5)

    fold(all=True, older_than_hours=24)
    tasks.fold_versions()

    assert folded(case) == []


def test_the_night_goes_from_case_to_case(story):
    case = story(*["autosave"] * 5)
    [(case_id, versions)] = folding.fold_all(folding.Rule.now(hours=0))

    assert (str(case_id), versions) == (case["case_id"], 4)
    assert folded(case) == [2, 3, 4, 5]


def test_a_dry_run_says_the_same_and_marks_nothing(story):
    case = story(*["autosave"] * 5)

    assert "4 would be folded" in fold(all=True, dry_run=True)
    assert folded(case) == []
    fold(all=True)
    assert "4 would be unfolded" in fold(all=True, dry_run=True, undo=True)
    assert folded(case) == [2, 3, 4, 5]


def test_one_plate_is_folded_in_any_spelling_and_undone(story):
    ours, other = story(*["autosave"] * 4), story(*["autosave"] * 4, plate="12345679")

    fold("--case", "123-45-678")
    assert (folded(ours), folded(other)) == ([2, 3, 4], [])

    fold("--all")
    assert "3 unfolded" in fold("--case", PLATE, "--undo")
    assert (folded(ours), folded(other)) == ([], [2, 3, 4])
    fold("--all", "--undo")
    assert folded(other) == []


@pytest.mark.parametrize(
    "arguments", [(), ("--case", "12345678", "--all"), ("--case", "00000000"), ("--all", "--least", "1")]
)
def test_what_makes_no_sense_is_said(db, arguments):
    with pytest.raises(CommandError):
        call_command("fold_versions", *arguments, stdout=StringIO())


def test_other_doors_see_every_version_as_before(story, api, dana):
    case = story(*["autosave"] * 5)
    url = f"cases/{case['case_id']}/helper"
    bodies = [api(dana).get(f"{url}/versions/{n}").content for n in range(1, 7)]

    fold(all=True)

    listed = api(dana).get(f"{url}/versions").json()
    assert [row["version"] for row in listed] == [6, 5, 4, 3, 2, 1]
    assert [row["version"] for row in listed if row["folded"]] == [5, 4, 3, 2]
    assert [api(dana).get(f"{url}/versions/{n}").content for n in range(1, 7)] == bodies
    answer = api(dana).post(f"{url}/restore", {"version": 3, "expected_version": 6})
    assert answer.json()["version"] == 7


def test_an_office_folds_no_other_offices_versions(story, tamar):
    case = story(*["autosave"] * 5)

    with acting.acting(acting.PERSON, tamar.claims), connection.cursor() as cursor:
        cursor.execute("select count(*) from private.versions_fold(array['autosave'], now(), 2, null)")
        assert cursor.fetchone() == (0,)

    assert folded(case) == []
