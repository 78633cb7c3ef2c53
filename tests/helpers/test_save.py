"""Saving a helper through the API."""


def test_a_save_makes_the_next_version(api, dana, open_case):
    case = open_case({"meta": {"n": 1}, "valuation": {"price": 1}})

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"meta": {"n": 2}, "valuation": {"price": 1}}})

    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert answer.json()["helper_name"] == f"{case['plate']}_helper_v2"
    assert answer.json()["changed_sections"] == ["meta"]
    assert answer.json()["unchanged"] is False
