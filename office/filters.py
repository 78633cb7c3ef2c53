"""What the tracking lists and payments may be narrowed by."""

from typing import Any

from django_filters import rest_framework as filters

from cases.models import Case
from cases.payments import Payment
from cases.tracking import CenterStatus, TrackedQuerySet, TrackingExpertise, TrackingFinalReport, TrackingGeneral

_TRUTH = [("true", "true"), ("false", "false")]


class TrackedFilter(filters.FilterSet):
    """What every tracking table is narrowed by."""

    plate = filters.CharFilter(method="by_plate", label="A plate in any spelling.", max_length=40)
    case_id = filters.UUIDFilter(field_name="case_id")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte", label="A moment, ISO 8601.")
    format = filters.ChoiceFilter(
        choices=[("json", "json"), ("csv", "csv")], method="as_asked", label="csv, as Accept: text/csv asks for too."
    )

    def by_plate(self, rows: TrackedQuerySet, name: str, value: str) -> TrackedQuerySet:
        return rows.of_plate(value)

    def as_asked(self, rows: TrackedQuerySet, name: str, value: str) -> TrackedQuerySet:
        return rows


class GeneralFilter(TrackedFilter):
    """The query string of `GET /tracking/general`."""

    status = filters.MultipleChoiceFilter(
        field_name="general_status", choices=Case.Status.choices, label="One or more statuses of the case."
    )
    warned = filters.ChoiceFilter(choices=_TRUTH, method="by_warnings", label="Cases with, or without, warnings.")

    class Meta:
        model = TrackingGeneral
        fields: list[str] = []

    def by_warnings(self, rows: Any, name: str, value: str) -> Any:
        return rows.warned() if value == "true" else rows.filter(warnings=[])


class ExpertiseFilter(TrackedFilter):
    """The query string of `GET /tracking/expertise`."""

    status = filters.MultipleChoiceFilter(choices=CenterStatus.choices, label="draft or final.")

    class Meta:
        model = TrackingExpertise
        fields: list[str] = []


class FinalReportFilter(TrackedFilter):
    """The query string of `GET /tracking/final_report`."""

    status = filters.MultipleChoiceFilter(choices=CenterStatus.choices, label="draft or final.")
    report_type = filters.MultipleChoiceFilter(choices=TrackingFinalReport.ReportType.choices)

    class Meta:
        model = TrackingFinalReport
        fields: list[str] = []


class PaymentFilter(TrackedFilter):
    """The query string of `GET /payments` and `GET /tracking/payments`."""

    status = filters.MultipleChoiceFilter(
        field_name="payment_status", choices=Payment.Status.choices, label="One or more payment statuses."
    )
    late = filters.ChoiceFilter(
        choices=_TRUTH, method="by_lateness", label="true: the expected day is over, and it is not fully paid."
    )
    agent = filters.CharFilter(field_name="agent", lookup_expr="icontains", max_length=200)
    expected_from = filters.DateFilter(field_name="expected_payment_date", lookup_expr="gte", label="A day.")
    expected_to = filters.DateFilter(field_name="expected_payment_date", lookup_expr="lte", label="A day.")
    sent_from = filters.DateFilter(field_name="broadcast_date", lookup_expr="gte", label="A day.")
    sent_to = filters.DateFilter(field_name="broadcast_date", lookup_expr="lte", label="A day.")
    damage_from = filters.DateFilter(field_name="damage_date", lookup_expr="gte", label="A day.")
    damage_to = filters.DateFilter(field_name="damage_date", lookup_expr="lte", label="A day.")

    class Meta:
        model = Payment
        fields: list[str] = []

    def by_lateness(self, rows: Any, name: str, value: str) -> Any:
        return rows.late() if value == "true" else rows.not_late()
