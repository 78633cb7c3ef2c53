"""Examples of the OpenAPI document for OneDrive; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

# As in make.examples: a test puts a case in its place.
_CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"
ASK = [OpenApiExample("All files of a case", request_only=True, value={"case_id": _CASE_ID})]
ASSIGN = [OpenApiExample("The case of a plate", request_only=True, value={"plate": "123-45-678"})]
