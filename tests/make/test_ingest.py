"""What a source outside answered, merged into its places of the helper, and kept as it came."""

import json
import uuid
from pathlib import Path

import pytest

from cases import services
from core import acting
from helpers.models import CaseHelper
from make.models import RawAnswer
from tests import cast
from tests.conftest import any_plate

FIXTURES = Path(__file__).parent.parent / "fixtures"
LEVI = json.loads((FIXTURES / "levi_response.json").read_text())
CAR = json.loads((FIXTURES / "car_details_response.json").read_text())
BEFORE = {
    "meta": {"n": 1, "location": "ישן"},
    "vehicle": {"chassis": "KEEP", "model": "ישן"},
    "expertise": {"summary": {"status": "נוצר"}},
    "valuation": {"adjustments": {"registration": 0, "market_factors": {"amount": 0}}},
    "centers": [1],
}


def fixture(name):
    return (FIXTURES / f"{name}.json").read_text()


def body(source, payload_text, case):
    return f'{{"source": "{source}", "plate": "{case["plate"]}", "payload": {payload_text}}}'.encode()


def helper_of(api, case, person=cast.DANA):
    return api(person).get(f"cases/{case['case_id']}/helper").json()["helper"]


def kept(raw_id):
    with acting.acting(acting.SERVICE):
        return RawAnswer.objects.get(pk=raw_id)


def everything_kept():
    with acting.acting(acting.SERVICE):
        return list(RawAnswer.objects.values_list("id", "body", "parsed", "source", "error", "case_id"))


@pytest.fixture
def case(open_case):
    return open_case(BEFORE)


def test_levis_answer_lands_in_its_sections_as_text(api, make, case):
    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": LEVI})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["version"], told["unchanged"], told["kind"]) == (2, False, "object")
    assert told["helper_name"] == f"{case['plate']}_helper_v2"
    assert told["changed_sections"] == ["expertise", "levisummary", "meta", "valuation", "vehicle"]
    assert told["unmapped"] == []
    helper = helper_of(api, case)
    assert helper["valuation"]["final_price"] == "₪ 141,588"
    assert helper["valuation"]["levi_code"] == "970812"
    assert helper["valuation"]["adjustments"]["registration"] == {
        "percent": "0", "amount": "₪ 4,000", "cumulative": "₪ 168,590", "description": "עליה לכביש", "value": "11/2021",
    }  # fmt: skip
    assert helper["valuation"]["adjustments"]["features"]["תיאור מאפיינים"] == LEVI["תיאור מאפיינים"]
    assert helper["valuation"]["adjustments"]["market_factors"] == {"amount": 0}
    assert helper["levisummary"]["owner_count"] == "2"
    assert helper["expertise"] == {"summary": {"status": "נוצר"}, "levi_report": helper["levisummary"]}
    assert helper["vehicle"]["is_automatic"] == "כן"
    assert helper["vehicle"]["chassis"] == "KEEP"
    assert (helper["meta"]["n"], helper["meta"]["levi_report_available"]) == (1, True)
    assert helper["centers"] == [1]
    assert kept(told["raw_id"]).parsed == LEVI
    assert str(kept(told["raw_id"]).case_id) == case["case_id"]


def test_a_repeated_key_of_levi_loses_no_value(api, make, case):
    text = fixture("levi_response_duplicate_keys")

    told = make().post("ingest-external", body("levi", text, case)).json()

    helper = helper_of(api, case)
    assert helper["levisummary"]["features"].startswith("הגה כוח")
    assert helper["valuation"]["adjustments"]["features"]["value"] == ""
    assert helper["valuation"]["adjustments"]["features"]["cumulative"] == "164,590"
    assert (told["repeated"], told["unmapped"]) == (["/מאפיינים"], [])
    assert kept(told["raw_id"]).body == text.strip()


@pytest.mark.parametrize(
    ("name", "year"), [("car_details_response", "06/2021"), ("car_details_response_hebrew", "03/2021")]
)
def test_car_details_land_alike_in_both_languages(api, make, open_case, name, year):
    case = open_case(BEFORE, plate="99228124")

    told = make().post("ingest-external", body("car_details", f"[{fixture(name)}]", case)).json()

    helper = helper_of(api, case)
    assert helper["vehicle"] | {"plate": "99228124", "manufacturer": "סקודה", "model": "OCTAVIA", "trim": "AMBITION",
                                "chassis": CAR["chassis"], "year": year, "vehicle_model_code": "DM14D",
                                "drive_type": "4X2"} == helper["vehicle"]  # fmt: skip
    assert helper["car_details"]["office_code"] == "111-222"
    assert helper["stakeholders"] == {"owner": {"name": CAR["owner"]}}
    assert helper["case_info"] == {"plate": "99228124", "inspection_location": "בית הלקוח"}
    assert (told["unmapped"], told["warnings"]) == ([], [])


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (LEVI, "object"),
        (json.dumps(LEVI), "object"),
        ([{"value": LEVI}], "value"),
        ([{"value": json.dumps(LEVI, ensure_ascii=False)}], "value"),
        ([{key: value} for key, value in LEVI.items()], "fields"),
        ([{"Body": "\n".join(f"{key}: {value}" for key, value in LEVI.items()), "Subject": "x"}], "body"),
        ([{"collection": [LEVI], "x": 1}], "collection"),
        ([LEVI], "array"),
        ("\r\n".join(f"{key}: {value}" for key, value in LEVI.items()), "text"),
        ({"message": json.dumps(LEVI)}, "object"),
    ],
)
def test_levis_answer_lands_the_same_in_every_form(api, make, case, payload, kind):
    answer = make().post("ingest-external", {"source": "levi", "case_id": case["case_id"], "payload": payload})

    assert answer.status_code == 200, answer.content
    assert answer.json()["kind"] == kind
    helper = helper_of(api, case)
    assert helper["levisummary"]["adjustments"]["mileage"] == {
        "description": LEVI['ערך מס ק"מ'], "percent": "3.25%", "amount": "₪ 4,548", "cumulative": "₪ 144,478",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "kind"),
    [("Accepted", "accepted"), ("https://example.test/x.pdf", "link"), ("no files in this folder", "nothing")],
)
def test_an_answer_without_data_is_kept_and_changes_nothing(make, case, payload, kind):
    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 200
    assert (answer.json()["kind"], answer.json()["unchanged"], answer.json()["version"]) == (kind, True, 1)
    assert kept(answer.json()["raw_id"]).body == payload


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ('{\n "שנת יצור": "2021"\n "יצרן": "סקודה"}', {"line": 3, "column": 2}),
        ("שלום", {"form": "text"}),
        ("יצרן שאינו קיים: 5", {"form": "text"}),
        ({"error": True, "יצרן": "סקודה"}, {"form": "object", "failure": "error"}),
        (["a", "b"], {"form": "array"}),
        (None, None),
        (5, {"form": "text"}),
    ],
)
def test_what_cannot_be_read_is_refused_and_kept(make, case, payload, told):
    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 422
    if told is None:
        assert answer.json()["details"] == [{"pointer": "/payload", "reason": "This field may not be null."}]
        return
    assert answer.json()["code"] == "unreadable_answer"
    raw_id = answer.json()["details"].pop("raw_id")
    assert answer.json()["details"] | told == answer.json()["details"]
    row = kept(raw_id)
    assert row.body == (payload if isinstance(payload, str) else json.dumps(payload))
    assert (row.error, row.source, str(row.case_id)) == ("unreadable_answer", "levi", case["case_id"])


@pytest.mark.parametrize("raw", [b'{"source": "levi", "payload": ', b"\xff\xfe", b'{"a": NaN}', b" ", b"[" * 100_000])
def test_a_body_that_is_no_json_is_kept_and_named(make, raw):
    answer = make().post("ingest-external", raw)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_json"
    assert {"line", "column", "raw_id"} <= set(answer.json()["details"])
    assert kept(answer.json()["details"]["raw_id"]).body == raw.decode(errors="backslashreplace")


def test_what_lies_outside_is_refused_place_by_place_and_kept(api, make, case):
    payload = {"valuation": {"final_price": "1"}, "centers": [], "expertise": {"summary": {"x": 1}, "levi_report": {}}}

    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 422
    assert sorted(place["pointer"] for place in answer.json()["details"]) == ["/centers", "/expertise/summary"]
    assert helper_of(api, case) == BEFORE
    assert kept(answer.headers["X-Raw-Answer"]).parsed == payload


def test_a_patch_in_the_helpers_own_shape_is_merged_to_the_digit(make, case):
    text = '{"valuation": {"price": 1.10, "id": 12345678901234567890, "adjustments": {"registration": {"date": null}}}}'

    assert make().post("ingest-external", body("levi", text, case)).status_code == 200

    with acting.acting(acting.SERVICE):
        saved = CaseHelper.objects.get(case_id=case["case_id"], is_current=True).helper_json
    assert '"price": 1.10' in saved
    assert '"id": 12345678901234567890' in saved
    assert '"registration": {"date": null}' in saved
    assert '"market_factors": {"amount": 0}' in saved


def test_a_repeated_key_in_the_helpers_own_shape_is_refused(make, case):
    answer = make().post("ingest-external", body("levi", '{"valuation": {"a": 1, "a": 2}}', case))

    assert answer.status_code == 422
    assert answer.json()["code"] == "duplicate_key"
    assert answer.json()["details"]["pointer"] == "/valuation/a"


@pytest.mark.parametrize("bad", ['"\\u0000"', '"\\ud800"', "1e999999999", "9" * 500])
def test_what_cannot_be_stored_is_refused_and_its_text_kept(make, case, bad):
    answer = make().post("ingest-external", body("levi", f'{{"valuation": {{"x": {bad}}}}}', case))

    assert answer.status_code == 422
    assert answer.json()["code"] in {"unstorable_text", "number_out_of_range"}
    assert bad in kept(answer.json()["details"]["raw_id"]).body


def test_the_same_answer_twice_makes_one_version(make, case):
    told = [
        make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": LEVI}).json()
        for _ in range(2)
    ]

    assert [answer["version"] for answer in told] == [2, 2]
    assert [answer["unchanged"] for answer in told] == [False, True]
    assert told[1]["changed_sections"] == []
    assert told[0]["raw_id"] != told[1]["raw_id"]


def test_a_key_given_makes_a_repeat_say_the_same(make, case):
    caller, asked = make(), {"source": "levi", "plate": case["plate"], "payload": LEVI}

    first = caller.post("ingest-external", asked, **{"Idempotency-Key": "k1"})
    second = caller.post("ingest-external", asked, **{"Idempotency-Key": "k1"})
    other = caller.post("ingest-external", {**asked, "payload": CAR}, **{"Idempotency-Key": "k1"})

    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 422)
    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_mismatch"


def test_unknown_keys_are_named_and_stay_in_the_kept_text(make, case):
    payload = {**LEVI, "מפתח חדש": "x", "נוסף": {"a": 1}}

    told = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload}).json()

    assert told["unmapped"] == ["מפתח חדש", "נוסף"]
    assert kept(told["raw_id"]).parsed == payload


def test_an_answer_about_another_car_is_pointed_out(api, make, case):
    told = make().post("ingest-external", {"source": "car_details", "plate": case["plate"], "payload": CAR}).json()

    assert told["warnings"] == [{"pointer": "/payload", "reason": "the answer is about another plate"}]
    assert "plate" not in helper_of(api, case)["car_details"]


SECTIONS = {
    "vehicle": {"km": "5"},
    "centers": [{"Id": "dc_1"}],
    "calculations": {"vat_rate": 18},
    "expertise": {"summary": {"status": "הוגש"}},
}
SUBMISSION = {
    "plate": "123-45-678",
    "owner_name": "דנה",
    "action": "generate_expertise",
    "submittedAt": "2025-08-01",
    "callbackUrl": None,
    "helper": {"meta": {"n": 99}, "centers": []},
    "__IMTMETHOD__": "POST",
    **SECTIONS,
}


def test_an_expertise_submission_never_replaces_the_helper(api, make, open_case):
    case = open_case({**BEFORE, "invoices": [{"n": 1}]})

    answer = make().post("ingest-external", {"source": "expertise", "plate": case["plate"], "payload": [SUBMISSION]})

    assert answer.status_code == 200, answer.content
    assert answer.json()["unmapped"] == list(SUBMISSION)[:7]
    helper = helper_of(api, case)
    assert helper == {
        **BEFORE,
        "invoices": [{"n": 1}],
        "vehicle": {**BEFORE["vehicle"], "km": "5"},
        "centers": SECTIONS["centers"],
        "calculations": SECTIONS["calculations"],
        "expertise": {"summary": {"status": "הוגש"}},
    }
    assert kept(answer.json()["raw_id"]).parsed == [SUBMISSION]


def test_a_submission_of_the_summary_alone_lands_in_it(api, make, case):
    payload = {"directive": "תיקון", "technician": "דנה", "status": "הוגש", "plate": case["plate"],
               "action": "generate_expertise", "submittedAt": "2025-08-01"}  # fmt: skip

    told = make().post("ingest-external", {"source": "expertise", "plate": case["plate"], "payload": payload}).json()

    summary = {"directive": "תיקון", "technician": "דנה", "status": "הוגש", "submitted_at": "2025-08-01"}
    assert helper_of(api, case)["expertise"]["summary"] == summary
    assert told["unmapped"] == ["action"]


@pytest.mark.parametrize("source", ["invoice_ocr", "parts_search", "general_info"])
def test_a_source_without_a_mapping_takes_the_helpers_shape_only(make, case, source):
    name = {"invoice_ocr": "invoice_ocr_response", "parts_search": "parts_search_response"}.get(source)
    payload = json.loads(fixture(name)) if name else {"owner": "דנה", "password": "CANARY"}

    answer = make().post("ingest-external", {"source": source, "plate": case["plate"], "payload": payload})

    assert answer.status_code == 422
    assert len(answer.json()["details"]) == len(payload)


def test_a_source_writes_its_own_section(api, make, case):
    payload = {"parts_search": {"results": [{"ספק": "x"}]}}

    answer = make().post("ingest-external", {"source": "parts_search", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 200
    assert helper_of(api, case)["parts_search"] == payload["parts_search"]


def test_a_person_and_the_service_may_bring_an_answer_too(api, case, settings):
    settings.SUPABASE_SERVICE_ROLE = "service-key"
    callers = [api(cast.DANA), api(token="service-key")]

    told = [
        caller.post(
            "ingest-external", {"source": "levi", "case_id": case["case_id"], "payload": {"מחיר בסיס": str(n)}}
        ).json()
        for n, caller in enumerate(callers)
    ]

    assert [answer["version"] for answer in told] == [2, 3]


def test_a_moved_module_is_refused_to_make_and_open_to_people(api, make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.levi", value="supabase", org_id=cast.NORTH.id)
    asked = {"source": "levi", "plate": case["plate"], "payload": LEVI}

    refused, taken = make().post("ingest-external", asked), api(cast.DANA).post("ingest-external", asked)

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert refused.json()["code"] == "module_moved"
    assert refused.json()["details"]["sections"] == ["levisummary", "valuation"]
    assert kept(refused.json()["details"]["raw_id"]).error == "module_moved"


def test_a_neighbours_module_that_moved_keeps_its_sections_and_refuses_no_answer(api, make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.vehicle", value="supabase", org_id=cast.NORTH.id)
    asked = {"source": "levi", "plate": case["plate"], "payload": LEVI}

    told = make().post("ingest-external", asked).json()

    assert told["sections_refused"] == ["vehicle"]
    assert {"levisummary", "valuation"} <= set(told["changed_sections"])
    assert helper_of(api, case)["vehicle"] == BEFORE["vehicle"]


def test_where_nothing_would_be_left_the_module_that_moved_refuses(make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.vehicle", value="supabase", org_id=cast.NORTH.id)
    asked = {"source": "levi", "plate": case["plate"], "payload": {"vehicle": {"model": "חדש"}}}

    assert make().post("ingest-external", asked).json()["code"] == "module_moved"


@pytest.mark.parametrize("who", ["foreign key", "foreign person"])
def test_a_foreign_case_and_no_case_get_the_same_bytes(api, make, case, who):
    caller = make(cast.SOUTH) if who == "foreign key" else api(cast.TAMAR)

    told = [
        caller.post("ingest-external", {"source": "levi", "case_id": case_id, "payload": LEVI})
        for case_id in (case["case_id"], str(uuid.uuid4()))
    ]
    by_plate = caller.post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": LEVI})

    assert [answer.status_code for answer in [*told, by_plate]] == [404, 404, 404]
    assert told[0].content == told[1].content
    assert everything_kept() == []


@pytest.mark.parametrize("path", ["ingest-external", "update-helper", "rpc/sync_helper"])
def test_strangers_get_in_nowhere(api, make, path):
    assert api().post(path, {}).status_code == 401
    assert api(cast.SUSPENDED).post(path, {}).status_code == 401
    assert api(token="gk_of_nobody").post(path, {}).status_code == 401
    assert make(ops=["case.upsert"]).post(path, {}).status_code == 403
    assert make(ops=[path.removeprefix("rpc/")]).post(path, {}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"source": "nobody"}, "/source"),
        ({"source": "x'; --"}, "/source"),
        ({"plate": "12"}, "/plate"),
        ({"plate": None}, "/case_id"),
        ({"case_id": "x"}, "/case_id"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_a_wrong_envelope_names_its_place(make, case, changes, pointer):
    asked = {"source": "levi", "plate": case["plate"], "payload": LEVI, **changes}

    answer = make().post("ingest-external", asked)

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == pointer


@pytest.mark.parametrize("plate", ["{0}-{1}-{2}", "{0} {1} {2}", " {0}{1}{2}"])
def test_makes_wrapping_and_every_spelling_of_a_plate_are_taken(make, case, plate):
    digits = case["plate"]
    spelled = plate.format(digits[:3], digits[3:5], digits[5:])

    answer = make().post(
        "ingest-external", [{"source": "levi", "plate": spelled, "payload": LEVI, "__IMTMETHOD__": "POST"}]
    )

    assert answer.status_code == 200


def test_no_password_reaches_what_is_kept(make, case):
    canary = "CANARY-7731"
    payloads = [
        {**LEVI, "pass": canary, "inner": {"admin_password": canary}},
        [{"value": json.dumps({**LEVI, "password": canary})}],
        f"סיסמה: {canary}\nיצרן: סקודה",
        f'{{"pass": "{canary}" "x": 1}}',
        {"valuation": {"x": 1}, "password": canary},
    ]

    for payload in payloads:
        answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})
        assert answer.status_code in {200, 422}
        assert canary not in answer.content.decode()
    make().post("ingest-external", f'{{"password": "{canary}", "source": '.encode())

    rows = everything_kept()
    assert len(rows) == len(payloads) + 1
    assert canary not in repr(rows)


def test_a_deep_payload_is_refused_not_a_crash(make, case):
    text = '{"valuation": ' + '{"a": ' * 500 + "1" + "}" * 500 + "}"

    answer = make().post("ingest-external", body("levi", text, case))

    assert answer.status_code == 422


def test_a_service_that_could_mean_more_offices_is_told_without_a_row(api, settings):
    settings.SUPABASE_SERVICE_ROLE = "service-key"

    answer = api(token="service-key").post("ingest-external", b"{")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
    assert "raw_id" not in answer.json()["details"]


def test_the_plate_must_be_that_of_an_open_case(make):
    answer = make().post("ingest-external", {"source": "levi", "plate": any_plate(), "payload": LEVI})

    assert answer.status_code == 404
