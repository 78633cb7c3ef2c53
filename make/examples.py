"""Examples of the OpenAPI document; a test sends each of them to a case whose current version is 2."""

from drf_spectacular.utils import OpenApiExample

from helpers.examples import HELPER

# What stands for the case; the test puts its own in place.
CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"
PLATE = "12-345-678"


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


UPSERT_CASE = [
    _example(
        "A case with its facts",
        {"plate": PLATE, "owner_name": "רונית לדוגמה", "inspection_location": "מוסך", "status": "OPEN"},
    ),
    _example(
        "As the scenario OPEN_CASE sends it",
        [{"plate": "7654321", "owner": "רונית לדוגמה", "location": "בית הלקוח", "__IMTMETHOD__": "POST"}],
    ),
]
SAVE_FULL = [
    _example("A copy of Make's helper", {"case_id": CASE_ID, "helper_json": HELPER, "source": "levi"}),
    _example("Over the version that was read", {"case_id": CASE_ID, "helper_json": HELPER, "version": 2}),
    _example(
        "As HELPER_EXPORT sends it",
        [{"plate_helper_timestamp": "12345678_helper_v4", "helper_data": HELPER, "reason": "auto_logout"}],
    ),
]
GET_CURRENT = [_example("By plate", {"plate": PLATE}), _example("By id", {"case_id": CASE_ID})]
RESTORE_LATEST = [
    _example("The version before the current one", {"case_id": CASE_ID, "reason": "נמחק מוקד נזק בטעות"}),
    _example("A version by its number", {"plate": PLATE, "version": "1", "expected_version": 2}),
]
ADD_EVENT = [
    _example("A sheet was filled", {"plate": PLATE, "type": "sheet.filled", "data": {"rows": 3}}),
    _example("Something people should read", {"plate": PLATE, "type": "mail.sent", "text": "נשלח מייל לבעל הרכב"}),
]
SEARCH_CASES = [_example("Words and a limit", {"q": "יונדאי", "status": "OPEN", "limit": 20})]
