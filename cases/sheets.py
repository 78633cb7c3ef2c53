"""The tracking tables as sheets and the API read them: which fields and rows, and under which Hebrew heads."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from cases.models import Case
from cases.payments import Payment
from cases.tracking import TrackingExpertise, TrackingFinalReport, TrackingGeneral
from core.paging import Part

_CENTER = (
    *("case_id", "case_number", "plate", "center_key", "damage_center_index", "damage_center_count"),
    *("damage_center_name", "notes", "status", "pdf_storage_path", "pdf_public_url", "timestamp", "updated_at"),
)
_FACTS = (
    *("manufacturer", "year_of_manufacture", "owner_name", "phone", "damage_date", "damage_type", "agent"),
    *("total_fee", "broadcast_date", "garage", "claim_handler", "expected_payment_date", "payment_status", "notes"),
    "fee_invoice_date",
)


class OfCase(serializers.ModelSerializer[Any]):
    """A row that belongs to a case."""

    case_id = serializers.UUIDField()


class TrackedGeneral(OfCase):
    """A row of the general table."""

    case_link = serializers.CharField(source="link", help_text="The helper's own, else the case's page.")
    warnings = serializers.ListField(
        child=serializers.CharField(),
        help_text="Places of the helper that could not be read, as JSON pointers; *failed: nothing could.",
    )

    class Meta:
        model = TrackingGeneral
        fields = (
            *("case_id", "case_number", "inspection_date", "report_date", "plate", "manufacturer"),
            *("year_of_manufacture", "vehicle_value", "owner_name", "phone", "garage", "garage_phone", "email"),
            *("directive", "photos_available", "photo_count", "invoice_received", "payment_received"),
            *("case_in_claim", "general_status", "general_notes", "case_link", "warnings", "timestamp", "updated_at"),
        )


class TrackedExpertise(OfCase):
    """A damage center as it was planned."""

    class Meta:
        model = TrackingExpertise
        fields = (*_CENTER, "description", "planned_repairs", "planned_parts", "planned_work", "guidance")


class TrackedFinalReport(OfCase):
    """A damage center as it was estimated or reported; the last three sums are the case's, in each of its rows."""

    class Meta:
        model = TrackingFinalReport
        fields = (
            *_CENTER,
            *("report_type", "actual_repairs", "total_parts", "total_work", "claim_amount", "depreciation"),
            "final_compensation",
        )


class PaymentRow(OfCase):
    """The fee of a case."""

    days_late = serializers.IntegerField(help_text="0 when it is not late; counted today, in Israel.")
    fee_invoices_count = serializers.IntegerField()
    fee_invoices_total = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    last_contacted_by = serializers.UUIDField(source="last_contacted_by_id", allow_null=True)
    last_contacted_by_name = serializers.CharField(source="last_contacted_by.name", default=None, allow_null=True)

    class Meta:
        model = Payment
        fields = (
            *("id", "case_id", "plate", *_FACTS, "days_late", "fee_invoices_count", "fee_invoices_total"),
            *("last_contacted_by", "last_contacted_by_name", "last_contacted_at", "last_contact_notes", "removed_at"),
            *("created_at", "updated_at"),
        )


@dataclass(frozen=True)
class Sheet:
    """One table: its model, the fields of a row, and its columns as a sheet."""

    model: type[Model]
    shape: type[serializers.Serializer]  # type: ignore[type-arg]
    heads: dict[str, str]

    def rows(self, cases_at: str) -> Any:
        """Every current row, newest first; `cases_at` is where the pages of cases begin."""
        rows = self.model._default_manager.all()
        if self.model is TrackingGeneral:
            rows = rows.linked(cases_at)  # type: ignore[attr-defined]
        elif self.model is Payment:
            rows = rows.kept().with_lateness().with_fee_invoices()  # type: ignore[attr-defined]
        return rows.current().newest_first()  # type: ignore[attr-defined]

    def batch(self, rows: Any, last: dict[str, Any] | None, size: int) -> list[dict[str, Any]]:
        """So many rows with what a sheet needs of them, after the `last` one of the batch before."""
        return self.part(rows if last is None else rows.after(last), Part(0, size))

    def part(self, rows: Any, part: Part) -> list[dict[str, Any]]:
        columns = dict.fromkeys(["updated_at", *self.model.WITHIN, *self.columns])  # type: ignore[attr-defined]
        return list(rows.values(*columns)[part.offset : part.offset + part.limit])

    @property
    def columns(self) -> list[str]:
        return ["link" if column == "case_link" else column for column in self.heads.values()]


# table -> what it is; heads in the order in which the office's sheets have them
SHEETS = {
    "general": Sheet(
        TrackingGeneral,
        TrackedGeneral,
        {
            "מספר תיק": "case_number",
            "תאריך הבדיקה": "inspection_date",
            'תאריך חוו"ד': "report_date",
            "מס.רכב": "plate",
            "שם היצרן": "manufacturer",
            "שנת ייצור": "year_of_manufacture",
            "ערך הרכב": "vehicle_value",
            "שם בעל הרכב": "owner_name",
            "טלפון": "phone",
            "מוסך": "garage",
            "טלפון מוסך": "garage_phone",
            "E-mail": "email",
            "דירקטיבה": "directive",
            "תמונות": "photos_available",
            "מס' תמונות": "photo_count",
            "התקבלה חשבונית": "invoice_received",
            "התקבל תשלום": "payment_received",
            "תיק בתביעה": "case_in_claim",
            "סטטוס כללי": "general_status",
            "הערות כלליות": "general_notes",
            "לינק לתיק": "case_link",
            "TimeStamp": "timestamp",
        },
    ),
    "expertise": Sheet(
        TrackingExpertise,
        TrackedExpertise,
        {
            "מספר תיק": "case_number",
            "מספר רכב": "plate",
            "מס מוקדי נזק": "damage_center_count",
            "מוקד נזק": "damage_center_name",
            "תיאור": "description",
            "תיקונים מתוכננים": "planned_repairs",
            "חלקים מתוכננים": "planned_parts",
            "עבודות מתוכננות": "planned_work",
            "הנחייה": "guidance",
            "הערות": "notes",
        },
    ),
    "final_report": Sheet(
        TrackingFinalReport,
        TrackedFinalReport,
        {
            "מספר רכב": "plate",
            "מס מוקדי נזק": "damage_center_count",
            "מוקד נזק": "damage_center_name",
            "תיקונים בפועל": "actual_repairs",
            'סה"כ חלקים בפועל': "total_parts",
            'סה"כ עבודות בפועל': "total_work",
            "סכום לתביעה": "claim_amount",
            "ירידת ערך": "depreciation",
            "פיצוי סופי": "final_compensation",
            "הערות": "notes",
        },
    ),
    "payments": Sheet(
        Payment,
        PaymentRow,
        {
            "מספר רכב": "plate",
            "תוצרת": "manufacturer",
            "שנת יצור": "year_of_manufacture",
            "בעלים": "owner_name",
            "טלפון": "phone",
            "תאריך נזק": "damage_date",
            "סוג נזק": "damage_type",
            "סוכן": "agent",
            'סה"כ שכ"ט': "total_fee",
            "תאריך שידור": "broadcast_date",
            "מוסך": "garage",
            "מטפל בתביעה": "claim_handler",
            "צפי תשלום": "expected_payment_date",
            "סטטוס תשלום": "payment_status",
            "הערות": "notes",
        },
    ),
}
# A sheet is for people, in the office's language, whatever the caller speaks.
STATUS_WORDS: dict[str, str] = {
    Case.Status.OPEN: "פתוח",
    Case.Status.IN_PROGRESS: "בתהליך",
    Case.Status.CLOSED: "סגור",
    Case.Status.ARCHIVED: "בארכיון",
}


def read(table: str, cases_at: str, **asked: Any) -> Any:
    """Rows of a table as its shape shows them: of a case, of a plate, or changed since a moment."""
    rows = SHEETS[table].rows(cases_at)
    if plate := asked.get("plate"):
        rows = rows.of_plate(plate)
    if case_id := asked.get("case_id"):
        rows = rows.filter(case_id=case_id)
    if org_id := asked.get("org_id"):
        rows = rows.filter(org_id=org_id)
    if since := asked.get("updated_since"):
        rows = rows.filter(updated_at__gte=since)
    return rows
