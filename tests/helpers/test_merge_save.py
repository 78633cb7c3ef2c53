"""Saving over a version that somebody else has saved over: merged where both changes have room."""

import pytest

from tests.cast import NOAM, SUSPENDED, TAMAR
from tests.helpers.test_save import exact

ROWS = [{"row_uuid": f"r{n}", "part": f"חלק {n}", "price": n * 100} for n in range(5)]
HELPER = {
    "meta": {"n": 1},
    "valuation": {"final_price": 100, "notes": "טוב"},
    "centers": [{"Id": 1, "parts": ROWS, "works": []}, {"Id": 2, "parts": [], "works": []}],
}


class Screen:
    """The case as one person has it open."""

    def __init__(self, api, case, person):
        self.api, self.url = api(person), f"cases/{case['case_id']}/helper"
        loaded = self.api.get(self.url).json()
        self.helper, self.version = loaded["helper"], loaded["version"]

    def save(self, on_conflict="merge", **more):
        body = {"version": self.version, "helper": self.helper, "on_conflict": on_conflict, **more}
        return self.api.put(self.url, body)


@pytest.fixture
def case(open_case):
    return open_case(HELPER)


@pytest.fixture
def screens(api, case, dana):
    """Dana's screen and Noam's, both opened at the same version."""
    return Screen(api, case, dana), Screen(api, case, NOAM)


def stored(api, case, person):
    return api(person).get(f"cases/{case['case_id']}/helper").json()


def test_two_people_in_two_sections_both_save(api, case, dana, screens):
    hers, his = screens
    hers.helper["meta"]["n"] = 2
    his.helper["valuation"]["final_price"] = 200

    first, second = hers.save(), his.save(label="מחיר", trigger="autosave")

    assert first.status_code == second.status_code == 200, second.content
    assert "merged" not in first.json()
    saved = second.json()
    assert (saved["version"], saved["merged"], saved["unchanged"]) == (3, True, False)
    assert saved["changed_sections"] == ["valuation"]
    assert saved["helper_name"] == f"{case['plate']}_helper_v3"
    assert second["ETag"] == '"v3"'
    assert stored(api, case, dana)["helper"] == {**HELPER, "meta": {"n": 2}, "valuation": his.helper["valuation"]}
    row = api(dana).get(f"cases/{case['case_id']}/helper/versions").json()[0]
    assert (row["saved_by"], row["label"], row["trigger"], row["changes"]) == (
        str(NOAM.user_id),
        "מחיר",
        "autosave",
        1,
    )


def test_two_people_in_two_rows_of_one_list_both_save(api, case, dana, screens):
    hers, his = screens
    hers.helper["centers"][0]["parts"][0]["price"] = 1
    his.helper["centers"][0]["parts"][3]["price"] = 2
    hers.save()

    assert his.save().json()["merged"] is True

    prices = [row["price"] for row in stored(api, case, dana)["helper"]["centers"][0]["parts"]]
    assert prices == [1, 100, 200, 2, 400]


def test_a_row_put_in_above_does_not_disturb_who_edits_below(api, case, dana, screens):
    hers, his = screens
    hers.helper["centers"][0]["parts"].insert(0, {"row_uuid": "new", "part": "פנס"})
    his.helper["centers"][0]["parts"][2]["part"] = "דלת"
    hers.save()

    assert his.save().status_code == 200

    parts = stored(api, case, dana)["helper"]["centers"][0]["parts"]
    assert [row["part"] for row in parts] == ["פנס", "חלק 0", "חלק 1", "דלת", "חלק 3", "חלק 4"]


def test_the_same_place_is_refused_and_named_as_deep_as_it_is(api, case, dana, screens):
    hers, his = screens
    hers.helper["centers"][0]["parts"].insert(0, {"row_uuid": "new"})
    hers.helper["centers"][0]["parts"][3]["price"] = 7
    hers.helper["valuation"]["notes"] = "רע"
    his.helper["centers"][0]["parts"][2]["price"] = 8
    his.helper["meta"]["n"] = 3
    hers.save()

    answer = his.save()

    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer.json()["details"] == {
        "current_version": 2,
        "your_version": 1,
        "changed_sections": ["centers", "valuation"],
        "conflicting_pointers": ["/centers/0/parts/2/price"],
        "conflicts": [
            {
                "pointer": "/centers/0/parts/2/price",
                "base_pointer": "/centers/0/parts/2/price",
                "current_pointer": "/centers/0/parts/3/price",
                "your_pointer": "/centers/0/parts/2/price",
            }
        ],
        "compare": f"/api/v1/cases/{case['case_id']}/helper/compare?from=1&to=2",
    }
    now = stored(api, case, dana)
    assert (now["version"], now["helper"]) == (2, hers.helper)


def test_a_row_one_removes_and_the_other_edits_is_refused(api, case, dana, screens):
    hers, his = screens
    del hers.helper["centers"][0]["parts"][1]
    his.helper["centers"][0]["parts"][1]["price"] = 9
    hers.save()

    answer = his.save()

    assert answer.status_code == 409
    [conflict] = answer.json()["details"]["conflicts"]
    assert (conflict["base_pointer"], conflict["current_pointer"]) == ("/centers/0/parts/1", None)
    assert conflict["your_pointer"] == conflict["pointer"] == "/centers/0/parts/1"


def test_sections_that_one_adds_and_the_other_removes(api, case, dana, screens):
    hers, his = screens
    del hers.helper["meta"]
    hers.helper["estimate"] = {"a": 1}
    his.helper["estimate"] = {"b": 2}
    del his.helper["valuation"]
    hers.save()

    assert his.save().json()["details"]["conflicting_pointers"] == ["/estimate"]

    his.helper.pop("estimate")
    assert his.save().json()["version"] == 3
    helper = stored(api, case, dana)["helper"]
    assert "meta" not in helper
    assert "valuation" not in helper
    assert helper["estimate"] == {"a": 1}


def test_both_may_remove_the_same(api, case, dana, screens):
    hers, his = screens
    del hers.helper["meta"], his.helper["meta"]
    his.helper["valuation"]["final_price"] = 5
    hers.save()

    assert his.save().json()["changed_sections"] == ["valuation"]
    assert set(stored(api, case, dana)["helper"]) == {"valuation", "centers"}


def test_what_is_there_already_makes_no_version(api, case, dana, screens):
    hers, his = screens
    hers.helper["meta"]["n"] = his.helper["meta"]["n"] = 2
    hers.helper["valuation"]["final_price"] = 5
    hers.save()

    saved = his.save().json()

    assert (saved["version"], saved["unchanged"], saved["merged"], saved["changed_sections"]) == (2, True, True, [])
    assert len(api(dana).get(f"cases/{case['case_id']}/helper/versions").json()) == 2


def test_three_in_a_row_each_keep_their_own(api, case, dana):
    screens = [Screen(api, case, person) for person in (dana, NOAM, dana)]
    for number, screen in enumerate(screens):
        screen.helper["centers"][0]["parts"][number]["price"] = -number - 1

    versions = [screen.save().json()["version"] for screen in screens]

    assert versions == [2, 3, 4]
    prices = [row["price"] for row in stored(api, case, dana)["helper"]["centers"][0]["parts"]]
    assert prices == [-1, -2, -3, 300, 400]


def test_a_base_some_versions_back_is_merged_also_across_a_restore(api, case, dana, screens):
    hers, his = screens
    his.helper["meta"]["n"] = "שלי"
    for price in (1, 2, 3):
        hers.helper["valuation"]["final_price"] = price
        hers.version = hers.save().json()["version"]
    restored = api(dana).post(f"{hers.url}/restore", {"version": 2, "expected_version": 4})
    assert restored.json()["version"] == 5

    saved = his.save().json()

    assert (saved["version"], saved["merged"], saved["changed_sections"]) == (6, True, ["meta"])
    helper = stored(api, case, dana)["helper"]
    assert (helper["meta"]["n"], helper["valuation"]["final_price"]) == ("שלי", 1)


def test_what_was_restored_to_the_base_is_no_change(api, case, dana, screens):
    hers, his = screens
    hers.helper["valuation"]["final_price"] = 1
    hers.save()
    api(dana).post(f"{hers.url}/restore", {"version": 1, "expected_version": 2})
    his.helper["valuation"]["final_price"] = 7

    assert his.save().json()["version"] == 4
    assert stored(api, case, dana)["helper"]["valuation"]["final_price"] == 7


BASE = """{"sums": {"a": 1.10, "b": 1, "c": 2}, "": {"": 1.0}, "__proto__": {"x": 0}, "a/b~c": {"ש\\"ח": "🚗"}}"""
THEIRS = BASE.replace('"b": 1', '"b": 12345678901234567890').replace('"x": 0', '"x": 0.00')
MINE = BASE.replace('"c": 2', '"c": 2.50').replace("🚗", "\\u200f₪\\\\").replace('"": 1.0', '"": 1e3')
BOTH = THEIRS.replace('"c": 2', '"c": 2.50').replace("🚗", "\\u200f₪\\\\").replace('"": 1.0', '"": 1000')


def test_every_digit_and_every_key_survives_a_merge(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"
    send = '{"version": %d, "on_conflict": "merge", "helper": %s}'
    for version, text in ((1, BASE), (2, THEIRS), (2, MINE)):
        answer = api(dana).put(url, (send % (version, text)).encode())
        assert answer.status_code == 200, answer.content

    loaded = api(dana).get(url).content.decode()

    assert exact(loaded)["helper"] == exact(BOTH)
    assert '"a": 1.10, "b": 12345678901234567890, "c": 2.50' in loaded
    assert '"x": 0.00' in loaded


def test_a_digit_more_is_a_change_that_can_conflict(api, dana, open_case):
    case = open_case({"a": {"b": 1}})
    url = f"cases/{case['case_id']}/helper"
    api(dana).put(url, b'{"version": 1, "helper": {"a": {"b": 1.0}}}')

    answer = api(dana).put(url, b'{"version": 1, "on_conflict": "merge", "helper": {"a": {"b": 1.00}}}')

    assert answer.json()["details"]["conflicting_pointers"] == ["/a/b"]


def test_nothing_of_the_content_stands_in_the_refusal(api, case, screens):
    hers, his = screens
    hers.helper["valuation"]["notes"] = "סוד-שלה"
    his.helper["valuation"]["notes"] = "סוד-שלו"
    hers.save()

    answer = his.save().content.decode()

    assert "סוד" not in answer
    assert "טוב" not in answer


@pytest.mark.parametrize("on_conflict", [None, "refuse"])
def test_whoever_does_not_ask_for_it_is_refused_as_ever(case, screens, on_conflict):
    hers, his = screens
    hers.helper["meta"]["n"] = 2
    his.helper["valuation"]["final_price"] = 3
    hers.save()

    answer = his.save(on_conflict)

    assert answer.status_code == 409
    assert answer.json()["details"] == {
        "current_version": 2,
        "your_version": 1,
        "changed_sections": ["meta"],
        "conflicting_pointers": [],
    }


@pytest.mark.parametrize("on_conflict", ["", "overwrite", "MERGE", 1, True, [], {}, ["merge"]])
def test_no_other_word_is_taken(case, screens, on_conflict):
    answer = screens[0].save(on_conflict)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["details"][0]["pointer"] == "/on_conflict"


def test_a_version_the_case_never_had_is_no_base(api, dana, case, open_case):
    api(dana).patch(f"cases/{case['case_id']}", {"status": "CLOSED"})
    second = open_case({"meta": 1}, plate=case["plate"])
    url = f"cases/{second['case_id']}/helper"
    assert second["version"] == 2

    of_other_case = api(dana).put(url, {"version": 1, "helper": {}, "on_conflict": "merge"})
    of_nobody = api(dana).put(url, {"version": 9, "helper": {}, "on_conflict": "merge"})

    for answer in (of_other_case, of_nobody):
        assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/version")


def test_another_office_and_nobody_learn_nothing(api, case):
    body = {"version": 1, "helper": {}, "on_conflict": "merge"}

    foreign = api(TAMAR).put(f"cases/{case['case_id']}/helper", body)
    ghost = api(TAMAR).put("cases/00000000-0000-4000-8000-000000000000/helper", body)

    assert foreign.status_code == ghost.status_code == 404
    assert foreign.content == ghost.content
    assert api(SUSPENDED).put(f"cases/{case['case_id']}/helper", body).status_code == 401


def test_the_etag_names_the_base_too(case, screens):
    hers, his = screens
    hers.helper["meta"]["n"] = 2
    hers.save()
    his.helper["valuation"]["final_price"] = 3
    body = {"helper": his.helper, "on_conflict": "merge"}

    assert his.api.put(his.url, body).status_code == 428
    assert his.api.put(his.url, body, **{"If-Match": '"v1"'}).json()["merged"] is True


def test_what_two_bodies_become_together_obeys_the_limits_of_one(api, case, dana, screens, settings):
    hers, his = screens
    hers.helper["meta"]["text"], his.helper["valuation"]["text"] = "x" * 3000, "y" * 3000
    settings.HELPER_MAX_BYTES = 5000

    assert hers.save().status_code == 200
    answer = his.save()

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert stored(api, case, dana)["version"] == 2

    settings.HELPER_MAX_BYTES, settings.HELPER_MAX_NODES = 1 << 20, 60
    his.helper["meta"]["list"] = [1] * 30
    assert his.save().json()["details"] == [{"pointer": "", "reason": "more than 60 values"}]


def test_many_places_of_conflict_are_all_named(api, dana, open_case):
    rows = [{"row_uuid": f"r{n}", "price": 0} for n in range(40)]
    case = open_case({"rows": rows})
    hers, his = Screen(api, case, dana), Screen(api, case, NOAM)
    for number in range(40):
        hers.helper["rows"][number]["price"] = 1
        his.helper["rows"][number]["price"] = 2
    his.helper["rows"].reverse()
    hers.save()

    details = his.save().json()["details"]

    assert len(details["conflicts"]) == 40
    for conflict in details["conflicts"]:
        there, here = (int(conflict[name].split("/")[2]) for name in ("current_pointer", "your_pointer"))
        assert hers.helper["rows"][there]["row_uuid"] == his.helper["rows"][here]["row_uuid"]


def test_a_hostile_number_of_places_is_told_in_part(api, dana, open_case):
    key = "k" * 20_000
    rows = {f"r{n}": 0 for n in range(30)}
    case = open_case({key: rows})
    hers, his = Screen(api, case, dana), Screen(api, case, NOAM)
    hers.helper[key], his.helper[key] = dict.fromkeys(rows, 1), dict.fromkeys(rows, 2)
    hers.save()

    answer = his.save()

    assert answer.status_code == 409
    assert len(answer.content) < 2_500_000
    details = answer.json()["details"]
    assert len(details["conflicts"]) + details["conflicts_left_out"] == 30
    assert details["conflicts"]
