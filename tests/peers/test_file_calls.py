"""The existing file and picture screens' calls by name, through PostgREST as they send them."""

import re
import uuid

import pytest

from tests.cast import DANA, TAMAR

pytestmark = pytest.mark.peers


def told(answer):
    assert answer.status in {200, 201, 204}, answer.body
    return answer.json() if answer.body else None


def refused(answer, status):
    assert answer.status == status, answer.body
    return answer.json()["message"]


@pytest.fixture
def brought(rest, case):
    """Bring a file as the screens do: a key, the bytes (elsewhere), and a row of their own."""

    def bring(category="image", name="נזק קדמי.JPG"):
        key = told(rest.rpc("generate_storage_path", DANA, case_id=case["case_id"], category=category, filename=name))
        row = {"case_id": case["case_id"], "category": category, "filename": name, "storage_key": key, "size_bytes": 5}
        [document] = told(rest.call("POST", "documents", DANA, row, prefer="return=representation"))
        return document

    return bring


def pictures(rest, case):
    rows = told(rest.call("GET", f"images?case_id=eq.{case['case_id']}&deleted_at=is.null&order=display_order", DANA))
    return [row["id"] for row in rows]


def test_a_key_is_new_each_time_and_the_name_is_no_part_of_it(rest, case):
    asked = {"case_id": case["case_id"], "category": "image", "filename": "../../נזק קדמי.JPG"}

    first, second = (told(rest.rpc("generate_storage_path", DANA, **asked)) for _ in range(2))

    assert first != second
    assert re.fullmatch(rf"{case['case_id']}/image/[0-9a-f-]{{36}}\.jpg", first)
    refused(rest.rpc("generate_storage_path", TAMAR, **asked), 404)


def test_files_are_listed_read_and_signed_for_and_what_a_screen_does_is_told(rest, site, case, brought):
    document = brought("report", "חוות דעת.pdf")

    [listed] = told(rest.rpc("get_case_files", DANA, case_id=case["case_id"], category="report"))
    [read] = told(rest.rpc("get_file_info", DANA, document_id=document["id"]))
    [signed] = told(
        rest.rpc("generate_signed_url", DANA, document_id=document["id"], expires_in=60, access_type="view")
    )
    told(rest.rpc("log_file_operation", DANA, document_id=document["id"], operation="print", details={"owner": "כהן"}))

    assert (listed["id"], listed["filename"]) == (read["id"], read["filename"]) == (document["id"], "חוות דעת.pdf")
    assert signed == {
        "success": True,
        "message": "ok",
        "bucket_name": "reports",
        "storage_path": document["storage_key"],
        "expires_in": 60,
    }
    events = site.call("GET", f"events?case_id={case['case_id']}", DANA).json()
    kept = [event["data"] for event in events if event["type"] == "file.worked_on"]
    assert kept == [{"document_id": document["id"], "operation": "print"}]
    assert "file.opened" in {event["type"] for event in events}


def test_pictures_are_counted_put_in_order_put_away_and_brought_back(rest, case, brought):
    of_case = {"case_id": case["case_id"]}
    assert told(rest.rpc("get_next_display_order", DANA, **of_case)) == 1
    for number in range(3):
        brought(name=f"IMG_{number}.jpg")
    first, second, third = pictures(rest, case)

    orders = [{"id": third, "order": 1}, {"id": first, "order": 2}, {"id": second, "order": 3}]
    told(rest.rpc("reorder_images", DANA, image_orders=orders))
    assert pictures(rest, case) == [third, first, second]

    assert [told(rest.rpc("soft_delete_image", DANA, image_id=third)) for _ in range(2)] == [True, True]
    assert told(rest.rpc("get_case_image_count", DANA, **of_case)) == 2
    assert told(rest.rpc("get_case_image_count_by_category", DANA, **of_case)) == [{"category": "general", "count": 2}]
    assert told(rest.rpc("get_next_display_order", DANA, **of_case)) == 3

    told(rest.rpc("restore_image", DANA, image_id=third))
    assert pictures(rest, case) == [first, second, third]


def test_a_screen_says_what_it_made_of_a_picture(rest, case, brought):
    brought()
    [image] = pictures(rest, case)
    waiting = told(rest.rpc("get_pending_optimizations", DANA, limit=200))
    assert image in {row["id"] for row in waiting}

    url = "https://res.example.com/a.jpg"
    made = told(rest.rpc("update_optimization_status", DANA, image_id=image, status="optimized", transformed_url=url))
    assert (made["optimization_status"], made["transformed_url"]) == ("optimized", url)

    # What is known by then is not taken back.
    again = told(rest.rpc("update_optimization_status", DANA, image_id=image, status="pending"))
    assert again["optimization_status"] == "optimized"


def test_another_office_finds_nothing_and_changes_nothing(rest, case, brought):
    document = brought()
    [image] = pictures(rest, case)
    of_case, of_file, of_image = {"case_id": case["case_id"]}, {"document_id": document["id"]}, {"image_id": image}

    assert told(rest.rpc("get_case_files", TAMAR, **of_case)) == []
    assert told(rest.rpc("get_file_info", TAMAR, **of_file)) == []
    assert told(rest.rpc("get_case_image_count", TAMAR, **of_case)) == 0
    assert told(rest.rpc("get_case_image_count_by_category", TAMAR, **of_case)) == []
    assert image not in {row["id"] for row in told(rest.rpc("get_pending_optimizations", TAMAR))}
    for function, asked in (
        ("generate_signed_url", of_file),
        ("log_file_operation", {**of_file, "operation": "print"}),
        ("soft_delete_image", of_image),
        ("restore_image", of_image),
        ("update_optimization_status", {**of_image, "status": "failed"}),
        ("reorder_images", {"image_orders": [{"id": image, "order": 1}]}),
    ):
        missing = {name: str(uuid.uuid4()) if name.endswith("_id") else value for name, value in asked.items()}
        foreign = refused(rest.rpc(function, TAMAR, **asked), 404)
        if function != "reorder_images":
            assert foreign == refused(rest.rpc(function, TAMAR, **missing), 404)
    assert pictures(rest, case) == [image]


@pytest.mark.parametrize(
    ("function", "asked"),
    [
        ("reorder_images", {"image_orders": []}),
        ("reorder_images", {"image_orders": {"id": 1}}),
        ("reorder_images", {"image_orders": [{"id": "x", "order": 1}]}),
        ("reorder_images", {"image_orders": [{"id": str(uuid.uuid4())}]}),
        ("generate_signed_url", {"document_id": str(uuid.uuid4()), "expires_in": 0}),
        ("log_file_operation", {"document_id": str(uuid.uuid4()), "operation": "הדפסה"}),
        ("update_optimization_status", {"image_id": str(uuid.uuid4()), "status": "done"}),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(rest, function, asked):
    answer = rest.rpc(function, DANA, **asked)

    assert answer.status == 422, answer.body
    assert "pointer" in answer.json()["details"]
