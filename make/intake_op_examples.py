"""Examples of the ops about answers from outside; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

from intake.examples import INVOICE, LEVI, VEHICLE
from make.examples import CASE_ID, PLATE


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


KEEP_LEVI = [
    _example("Levi's answer", {"plate": PLATE, "answer": LEVI, "report_id": "lv-1"}),
    _example("Levi's answer in Make's list", [{"plate": PLATE, "payload": [{"value": LEVI}]}]),
]
KEEP_VEHICLE = [
    _example("A vehicle as text", {"plate": PLATE, "answer": [{"Body": VEHICLE}], "source": "car_details"}),
]
KEEP_DOCUMENT = [
    _example(
        "An invoice that was read",
        {"case_id": CASE_ID, "kind": "invoice", "answer": INVOICE, "file_ref": "invoice-110.pdf", "confidence": "93%"},
    ),
]
