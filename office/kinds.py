"""What a story can be narrowed to: the office's words for groups of types, by their first words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.telling import OUTSIDE

KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "versions": (_("Versions"), ("case_helper", "helper")),
    "case": (_("Case and status"), ("case",)),
    "parts": (_("Parts"), ("parts_search", "parts_results", "selected_part", "part_required", "parts_archive")),
    "invoices": (_("Invoices"), ("invoice", "invoice_line", "invoice_document", "invoice_mapping", "supplier")),
    "documents": (_("Levi Yitzhak, vehicle and documents"), ("levi_report", "vehicle_details", "ocr_result")),
    "onedrive": (_("Copies on OneDrive"), ("onedrive",)),
    "pictures": (_("Pictures"), ("image",)),
    "files": (_("Files and links"), ("file",)),
    "knowledge": (_("Knowledge base"), ("kb_doc",)),
    "reports": (_("Reports"), ("report",)),
    "messages": (_("Messages to people outside"), ("sending",)),
    "payments": (_("Payments and reminders"), ("payment", "fee_invoice", "reminder")),
    "deliveries": (_("Telling Make"), ("delivery",)),
    "make": (_("What Make noted"), OUTSIDE),
    "machinery": (
        _("Switches, endpoints and keys"),
        ("flag", "helper_source", "webhook_endpoint", "gateway_key", "reminder_rule", "calendar_feed", "cutover_step"),
    ),
    "health": (_("Repairs"), ("check",)),
    "people": (_("People"), ("profile", "membership", "org", "login")),
}
# What never belongs to one case.
_OF_OFFICE = {"people", "machinery", "health"}
# What stands in a case's story and is no event of its own.
_OF_CASE = {"deliveries"}


def of_case() -> dict[str, Promise]:
    """The groups of one case's story."""
    return {kind: label for kind, (label, _types) in KINDS.items() if kind not in _OF_OFFICE}


def of_office() -> dict[str, Promise]:
    """The groups of the report over all cases."""
    return {kind: label for kind, (label, _types) in KINDS.items() if kind not in _OF_CASE}


def types_of(kind: str) -> list[str] | None:
    """The first words of a group; none for a group there is not."""
    return list(KINDS[kind][1]) if kind in KINDS else None
