"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


OPEN_PAYMENT = [
    _example("A fee for a plate's case", {"plate": "12-345-678", "total_fee": 1699.2, "agent": "סוכן לדוגמה"}),
]
UPDATE_PAYMENT = [
    _example("When it is expected", {"expected_payment_date": "2026-12-31", "claim_handler": "רונית לדוגמה"}),
    _example("It was paid", {"payment_status": "שולם במלואו"}),
]
CONTACT = [_example("Somebody asked", {"note": "הובטח תשלום עד סוף החודש"})]
ADD_FEE_INVOICE = [
    _example(
        "The first invoice",
        {"invoice_type": "initial", "invoice_number": "1001", "invoice_date": "2026-11-22", "invoice_amount": 850.5},
    )
]
UPDATE_FEE_INVOICE = [_example("Another sum", {"invoice_amount": 900, "invoice_type": "final"})]
