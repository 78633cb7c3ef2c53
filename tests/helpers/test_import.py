"""Taking a helper from a file."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpers import naming, unwrap

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
TYPICAL = json.loads((FIXTURES / "helper_typical.json").read_text())
PLATE = unwrap.find(TYPICAL).plate


@pytest.mark.parametrize(
    ("body", "unwrapped"),
    [
        (TYPICAL, []),
        ([TYPICAL], ["array"]),
        ({"helper_data": TYPICAL}, ["helper_data"]),
        ([{"helper_data": TYPICAL, "reason": "auto_logout"}], ["array", "helper_data"]),
        (
            {
                "name": "x",
                "source": "system",
                "date": "2026-01-01",
                "plateNumber": PLATE,
                "version": 2,
                "data": TYPICAL,
            },
            ["data"],
        ),
        (json.loads((FIXTURES / "helper_export_request.json").read_text()), ["helper_data"]),
    ],
)
def test_every_known_wrapping_is_taken_off(api, dana, body, unwrapped):
    answer = api(dana).post("helpers/import", body)

    assert answer.status_code == 201, answer.content
    assert answer.json()["unwrapped"] == unwrapped
    assert answer.json()["helper_name"] == f"{PLATE}_helper_v1"
    loaded = api(dana).get(f"cases/{answer.json()['case_id']}/helper").json()
    assert loaded["helper"] == TYPICAL
    assert loaded["saved_from"] == "IMPORT"


def test_a_preview_says_the_same_and_changes_nothing(api, dana):
    preview = api(dana).post("helpers/import?preview=true", TYPICAL)

    assert preview.status_code == 200
    assert preview.json()["case_id"] is None
    assert api(dana).get(f"plates/{PLATE}/helper").status_code == 404
    done = api(dana).post("helpers/import", TYPICAL).json()
    assert {**preview.json(), "case_id": done["case_id"]} == done


def test_an_import_is_the_next_version_of_the_open_case(api, dana, open_case):
    case = open_case({"n": 1}, plate=PLATE)

    answer = api(dana).post("helpers/import", TYPICAL).json()

    assert (answer["case_id"], answer["version"], answer["created"]) == (case["case_id"], 2, False)
    assert api(dana).post("helpers/import", TYPICAL).json()["version"] == 2
    assert api(dana).get(f"cases/{case['case_id']}/helper/versions/1").json()["helper"] == {"n": 1}


def test_a_file_of_a_form_is_taken(api, dana):
    client = api(dana)
    file = SimpleUploadedFile("גיבוי.json", json.dumps(TYPICAL, ensure_ascii=False).encode())

    answer = client.client.post("/api/v1/helpers/import", {"file": file}, headers=client.headers)

    assert answer.status_code == 201


def test_a_form_without_a_file_or_with_a_broken_one_is_refused(api, dana):
    client = api(dana)

    assert client.client.post("/api/v1/helpers/import", {"x": "1"}, headers=client.headers).status_code == 422
    broken = SimpleUploadedFile("x.json", b'{"a":')
    assert client.client.post("/api/v1/helpers/import", {"file": broken}, headers=client.headers).status_code == 400
    raw = client.post("helpers/import", b"--x", content_type="multipart/form-data; boundary=y")
    assert 400 <= raw.status_code < 500


def test_an_expertise_submission_gives_its_helper_and_a_warning(api, dana):
    body = [{"plate": PLATE, "action": "x", "helper": TYPICAL, "vehicle": {}, "centers": []}]

    answer = api(dana).post("helpers/import", body).json()

    assert answer["unwrapped"] == ["array", "helper"]
    assert "centers, vehicle" in answer["warnings"][0]["reason"]


def test_plates_that_disagree_are_told(api, dana):
    body = {"plateNumber": "12-345-67", "data": {"meta": {"plate": "7654321"}, "vehicle": {}}}

    answer = api(dana).post("helpers/import", body).json()

    assert answer["plate"] == "1234567"
    assert answer["warnings"] == [
        {"pointer": "/data/meta/plate", "reason": "another plate stands here; /plateNumber was believed"}
    ]


@pytest.mark.parametrize("body", [{"meta": {}}, [], [TYPICAL, TYPICAL], 5, "text", b"null", {"meta": {"plate": "12"}}])
def test_what_holds_no_helper_or_no_plate_is_refused(api, dana, body):
    assert api(dana).post("helpers/import", body).status_code == 422


@pytest.mark.parametrize(
    ("name", "plate", "version"),
    [
        ("12345678_helper_v2", "12345678", 2),
        ("12-345-67_helper_v12", "1234567", 12),
        ("12345678_helper_v1762345678", "12345678", None),
        ("12345678_final_report_v1762345678901", "12345678", None),
        ("12345678_helper_2025-09-01T10:00:00Z", "12345678", None),
    ],
)
def test_names_of_older_writers_are_read(name, plate, version):
    assert naming.read(name) == (plate, version)


def test_a_name_is_written_and_read_the_same():
    assert naming.read(naming.write("12345678", 7)) == ("12345678", 7)
    assert naming.read("nothing") is None
