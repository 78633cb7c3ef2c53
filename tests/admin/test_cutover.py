"""The cutover's pages: for who may turn switches; a table of proof, a rehearsal, a reason, and one button back."""

import pytest

from accounts.models import Profile
from cases.models import FeatureFlag
from core import acting
from office import cutover
from office.models import CutoverStep
from tests import cast
from tests.admin.conftest import as_noam
from tests.admin.test_pages import texts

BOARD = "/admin/office/cutoverstep/"
VEHICLE = f"{BOARD}vehicle/"
ASKED = {"to": "supabase", "scope": "office", "plates": "", "reason": "אחרי שבוע שקט"}


@pytest.fixture
def demote(db):
    """`demote("developer")`: Noam is that from now on, with what a login of that role may do."""

    def demoted(role):
        with acting.acting(acting.SERVICE):
            Profile.objects.filter(pk=cast.NOAM.user_id).update(role=role)

    return demoted


@pytest.fixture
def ask(staff):
    """Post the form as Noam, the office's manager."""

    def posted(**more):
        return staff().post(f"{VEHICLE}switch/", {**ASKED, **more})

    return posted


def writer(case=None):
    with as_noam():
        row = FeatureFlag.objects.filter(name="writer.vehicle", case_id=case and case["case_id"]).first()
    return row and row.value


def test_the_board_names_each_module_and_its_phase(staff):
    seen = texts(staff().get(BOARD))

    for word in ("פרטי רכב", "דוח לוי יצחק", "שאר נתוני התיק", "מראה: Make כותב, אנחנו רושמים"):
        assert word in seen


def test_the_table_shows_each_precondition_with_what_is_wanted_and_what_to_do(staff):
    seen = texts(staff().get(VEHICLE))

    for word in ("שעות מאז הגיבוי האחרון שאומת", "לכל היותר 26", "לא מתקיים", "יש לבצע גיבוי ולאמת אותו"):
        assert word in seen


def test_what_is_not_met_is_refused_and_nothing_is_turned(ask):
    answer = ask()

    assert answer.status_code == 409
    assert "לא כל תנאי המעבר מתקיימים" in texts(answer)
    assert ask(confirmed="1").status_code == 409
    assert writer() is None


def test_even_so_is_rehearsed_then_confirmed_and_kept(ask, staff):
    rehearsed = ask(even_so="on")
    assert rehearsed.status_code == 200
    assert "דבר לא שונה עדיין" in texts(rehearsed)
    assert writer() is None

    done = ask(even_so="on", confirmed="1")

    assert (done.status_code, writer()) == (302, "supabase")
    seen = texts(staff().get(VEHICLE))
    for word in ("אחרי שבוע שקט", "בכל זאת", "נועם", "חזרה: Make כותב שוב, מיד"):
        assert word in seen
    with as_noam():
        step = CutoverStep.objects.of(cast.NORTH.id, "vehicle").get()
    assert (step.is_forced, step.door, step.done_by_id) == (True, "ADMIN", cast.NOAM.user_id)


def test_a_pilot_by_plate_and_by_person(ask, open_case):
    mine, other = open_case(), open_case()
    spelt = f"{mine['plate'][:3]}-{mine['plate'][3:5]}-{mine['plate'][5:]}"

    done = ask(scope="pilot", plates=spelt, even_so="on", confirmed="1")

    assert (done.status_code, writer(mine), writer(other), writer()) == (302, "supabase", None, None)
    wrong = ask(scope="pilot", plates="11111111", even_so="on")
    assert wrong.status_code == 422
    assert "11111111" in texts(wrong)
    nobody = ask(scope="pilot", people=[str(cast.NOAM.user_id)], even_so="on")
    assert (nobody.status_code, writer(other)) == (422, None)


def test_the_way_back_is_one_button_and_says_what_was_written(ask, staff, open_case, save):
    case = open_case({"vehicle": {"km": 1}})
    ask(even_so="on", confirmed="1")
    save(case, {"vehicle": {"km": 2}}, 1)

    seen = texts(staff().post(f"{VEHICLE}back/", follow=True))

    assert writer() == "make"
    assert "גרסאות שנכתבו כאן בינתיים: 1" in seen
    assert "דנה" in seen
    assert "אף כתובת אינה מקבלת helper.export" in seen
    assert "זה המצב כבר עכשיו" in texts(staff().post(f"{VEHICLE}back/", follow=True))


def test_the_health_checks_are_run_again_from_the_page(staff):
    answer = staff().post(f"{VEHICLE}check/", follow=True)

    assert "הבדיקות המהירות רצו" in texts(answer)
    with as_noam():
        unmet = {one.name: one for one in cutover.conditions(cast.NORTH.id, "vehicle")}
    assert "mirror" not in unmet["checks"].detail["open"]


@pytest.mark.parametrize("role", ["assessor", "assistant"])
def test_nobody_else_sees_or_turns_it(staff, demote, role):
    demote(role)

    answers = [staff().get(BOARD), staff().get(VEHICLE)]
    answers += [staff().post(f"{VEHICLE}{verb}/", ASKED) for verb in ("back", "switch", "check")]

    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_developer_moves_a_module_but_not_even_so(staff, demote, ask):
    demote("developer")

    assert "בכל זאת: לא כל התנאים" not in texts(staff().get(VEHICLE))
    assert ask(even_so="on", confirmed="1").status_code == 409
    assert writer() is None


def test_addresses_that_are_none(staff):
    assert staff().get(f"{BOARD}nothing/").status_code == 404
    assert staff().get(f"{VEHICLE}switch/").status_code == 404
    assert staff().get(f"{VEHICLE}back/").status_code == 404
    assert staff("uri").get(VEHICLE).status_code == 200
