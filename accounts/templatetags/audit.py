"""What pages say of a line of the audit log."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry
from accounts.templatetags import office

register = template.Library()

TABLES: dict[str, Promise] = {
    "feature_flags": gettext_lazy("switch"),
    "webhook_endpoints": gettext_lazy("webhook endpoint"),
    "gateway_keys": gettext_lazy("gateway key"),
    "helper_sources": gettext_lazy("source of the helper"),
    "vat_rates": gettext_lazy("VAT rate"),
    "orgs": gettext_lazy("office"),
    "reminder_rules": gettext_lazy("reminder rule"),
    "calendar_feeds": gettext_lazy("calendar address"),
    "cutover_steps": gettext_lazy("step of the cutover"),
}
# column -> its word; what is not here says nothing to a person
FIELDS: dict[str, Promise] = {
    "name": gettext_lazy("name"),
    "value": gettext_lazy("value"),
    "note": gettext_lazy("note"),
    "url": gettext_lazy("address"),
    "event_types": gettext_lazy("hears"),
    "body": gettext_lazy("body"),
    "is_paused": gettext_lazy("paused"),
    "paused_reason": gettext_lazy("why it is paused"),
    "previous_secret_until": gettext_lazy("old secret counts until"),
    "deleted_at": gettext_lazy("removed"),
    "ops": gettext_lazy("allowed operations"),
    "revoked_at": gettext_lazy("revoked"),
    "source": gettext_lazy("source"),
    "pointer": gettext_lazy("place in the helper"),
    "starts_on": gettext_lazy("from the day"),
    "rate": gettext_lazy("percent"),
    "is_on": gettext_lazy("switched on"),
    "days": gettext_lazy("number of days"),
    "invoice_tolerance": gettext_lazy("tolerance of invoice sums"),
    "keep_processed_pictures": gettext_lazy("a smaller copy of each picture stays with us"),
    "assessors_see_own_cases_only": gettext_lazy("appraisers see their own cases only"),
    "assistants_read_only": gettext_lazy("assistants only read the case data"),
    "ui_origins": gettext_lazy("addresses of the office's own screens"),
}
_SUBJECT = ("name", "source", "pointer")
# What a column says -> its word.
VALUES: dict[tuple[str, str], Promise] = {
    ("value", "make"): gettext_lazy("Make alone"),
    ("value", "dual"): gettext_lazy("both"),
    ("value", "supabase"): gettext_lazy("we alone"),
    ("value", "on"): gettext_lazy("on"),
    ("value", "off"): gettext_lazy("off"),
    ("body", "thin"): gettext_lazy("ids and versions"),
    ("body", "legacy"): gettext_lazy("the whole helper, as HELPER_EXPORT"),
    ("paused_reason", "gone"): gettext_lazy("the address was removed in Make"),
}


@register.filter
def table_words(entry: AuditEntry) -> str:
    return str(TABLES.get(entry.table_name, entry.table_name))


@register.filter
def subject(entry: AuditEntry) -> SafeString:
    """The thing that was changed, by the name it goes by."""
    row = entry.new_values or entry.old_values or {}
    return office.words(
        row.get("name")
        or row.get("title")
        or row.get("module")
        or " ".join(filter(None, [row.get("source"), row.get("pointer")]))
    )


@register.filter
def changes(entry: AuditEntry) -> list[tuple[str, SafeString, SafeString]]:
    """Each field that became another: its word, before and after."""
    old, new = entry.old_values or {}, entry.new_values or {}
    return [
        (str(word), _value(name, old.get(name)), _value(name, new.get(name)))
        for name, word in FIELDS.items()
        # The subject itself is named already.
        if (name not in _SUBJECT or entry.action == "UPDATE")
        and old.get(name) != new.get(name)
        and (old.get(name) or new.get(name)) not in ([], "", False)
    ]


def _value(name: str, value: Any) -> SafeString:
    if value in (None, "", []):
        return SafeString("—")
    if isinstance(value, bool):
        return office.words(_("yes") if value else _("no"))
    if isinstance(value, list):
        return office.code(", ".join(map(str, value)))
    if name == "url":
        return office.code(office.short_address(str(value)))
    if name.endswith(("_at", "_until")):
        return office.moment_of_text(str(value))
    return office.words(VALUES.get((name, str(value)), value))
