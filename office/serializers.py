"""The shapes of requests and answers about payments."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cases.payments import FeeInvoice, Payment
from core.api import Asked, Plate, StrictInteger

_MOST = Decimal("9999999999.99")


def _text(most: int = 200) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_null=True, allow_blank=True)


def _day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True)


def _sum(least: Decimal = Decimal(0)) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, min_value=least, max_value=_MOST
    )


class PaymentFacts(Asked):
    """What the office may say of a payment."""

    manufacturer, owner_name, damage_type, agent = _text(), _text(), _text(), _text()
    garage, claim_handler, phone, notes = _text(), _text(), _text(60), _text(5000)
    year_of_manufacture = StrictInteger(required=False, allow_null=True, min_value=1900, max_value=2200)
    damage_date, broadcast_date, expected_payment_date, fee_invoice_date = _day(), _day(), _day(), _day()
    total_fee = _sum()
    payment_status = serializers.ChoiceField(choices=Payment.Status.choices, required=False)


class UpdatePayment(PaymentFacts):
    """The body of `PATCH /payments/{payment_id}`; what is not named stays as it is."""

    removed = serializers.BooleanField(required=False, help_text="true takes it off the lists, false brings it back.")


class OpenPayment(PaymentFacts):
    """The body of `POST /payments`; what is not named is taken from the case."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class Contacted(Asked):
    """The body of `POST /payments/{payment_id}/contact`."""

    note = _text(2000)
    at = serializers.DateTimeField(required=False, allow_null=True, help_text="Now, where it is left out.")


class AddFeeInvoice(Asked):
    """The body of `POST /payments/{payment_id}/fee-invoices`; the same number again is the same invoice."""

    invoice_type = serializers.ChoiceField(choices=FeeInvoice.Type.choices, required=False)
    invoice_number, notes, file_path, file_name, file_type = _text(100), _text(2000), _text(500), _text(300), _text(100)
    invoice_date = _day()
    invoice_amount = _sum(-_MOST)


class UpdateFeeInvoice(AddFeeInvoice):
    """The body of `PATCH /payments/{payment_id}/fee-invoices/{invoice_id}`."""

    removed = serializers.BooleanField(required=False, help_text="true takes it out of count and sum.")


class FeeInvoiceRow(serializers.ModelSerializer[FeeInvoice]):
    """An invoice the office wrote for its fee."""

    payment_id = serializers.UUIDField()
    case_id = serializers.UUIDField()

    class Meta:
        model = FeeInvoice
        fields = (
            *("id", "payment_id", "case_id", "plate", "invoice_type", "invoice_number", "invoice_date"),
            *("invoice_amount", "file_path", "file_name", "file_size", "file_type", "notes", "removed_at"),
            *("created_at", "updated_at"),
        )
