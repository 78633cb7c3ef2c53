"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

FILE_ID = "5a1c7a64-0d5c-4f8e-9d53-3f1f6c1a7e02"


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


UPDATE_FILE = [_example("Say what it is", {"category": "invoice", "filename": "חשבונית מוסך", "notes": "מהמוסך"})]
SIGN_URL = [_example("For ten minutes", {"file_id": FILE_ID, "expires_in": 600})]
SHARE_FILE = [_example("For a week", {"days": 7})]
