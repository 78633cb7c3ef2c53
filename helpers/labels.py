"""The office's words for the sections and fields of a helper; what is not here goes by its own name."""

from functools import cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpers.field_labels import FIELDS as FIELDS

# In the order in which people work.
SECTIONS: dict[str, Promise] = {
    "case_info": _("Case details"),
    "meta": _("Case identification"),
    "vehicle": _("Vehicle"),
    "car_details": _("Vehicle details"),
    "stakeholders": _("Owner, garage and insurance"),
    "client": _("Client"),
    "file_number": _("Filing number"),
    "damage_info": _("Damage"),
    "centers": _("Damage centers"),
    "damage_centers": _("Damage centers (copy)"),
    "current_damage_center": _("Damage center in hand"),
    "damage_center_draft": _("Damage center draft"),
    "damage_assessment": _("Damage assessment"),
    "damage_sections": _("Damage (older form)"),
    "damage_parts": _("Parts of the damage"),
    "damage_works": _("Works of the damage"),
    "valuation": _("Vehicle value"),
    "custom_adjustments": _("Own adjustments"),
    "grossSectionDeletedItems": _("Removed rows of the gross value"),
    "levisummary": _("Levi Yitzhak report (summary)"),
    "levi_data": _("Levi Yitzhak report"),
    "levi_report": _("Levi Yitzhak report"),
    "levi": _("Levi Yitzhak report"),
    "parts_search": _("Parts search"),
    "vehicleItems": _("Parts of the vehicle"),
    "invoices": _("Invoices"),
    "current_invoice": _("Invoice in hand"),
    "invoice": _("Invoice (working copy)"),
    "invoice_case_info": _("Case details on the invoice"),
    "invoice_summary": _("Invoice summary"),
    "invoice_calculations": _("Invoice calculations"),
    "expertise": _("Expertise report"),
    "expertise_snapshot": _("Expertise report as submitted"),
    "estimate": _("Estimate"),
    "estimate_type": _("Estimate type"),
    "estimate_data": _("Estimate data"),
    "estimate_notes": _("Notes on the estimate"),
    "estimate_totals": _("Totals of the estimate"),
    "estimate_summary": _("Summary of the estimate"),
    "estimate_legal_text": _("Legal text of the estimate"),
    "estimate_attachments": _("Attachments of the estimate"),
    "estimate_depreciation": _("Loss of value in the estimate"),
    "estimate_snapshot": _("Estimate as submitted"),
    "final_report": _("Opinion"),
    "report_title": _("Report title"),
    "claims_data": _("Claim data"),
    "depreciation": _("Loss of value"),
    "financials": _("Costs and fees"),
    "fees": _("Fees"),
    "calculations": _("Calculations"),
    "summary_totals": _("Summary of totals"),
    "images": _("Pictures"),
    "documents": _("Documents"),
    "business_license": _("Business licence"),
    "centers_archive": _("Damage centers before the invoice"),
    "centers_after_invoice": _("Damage centers after the invoice"),
    "audit_trail": _("Action log"),
    "general": _("General"),
    "general_info": _("General details"),
    "raw_webhook_data": _("Raw answers from Make"),
    "centers_archive_meta": _("About the centers before the invoice"),
    "centers_after_invoice_meta": _("About the centers after the invoice"),
    "validation": _("Validation"),
    "statistics": _("Statistics"),
    "templates": _("Templates"),
    "settings": _("Settings"),
    "metadata": _("Record keeping"),
    "workflow": _("Course of the work"),
    "user": _("User"),
    "assistant_history": _("Talks with the assistant"),
    "wizard_temp": _("Notes of the wizard"),
    "version_metadata": _("About the version"),
    "system": _("System"),
    "debug": _("Technical log"),
}

# What keeps the screen's own books: shown last and folded.
TECHNICAL = frozenset(
    {
        *("raw_webhook_data", "debug", "system", "settings", "statistics", "templates", "metadata", "general"),
        *("general_info", "validation", "centers_archive_meta", "centers_after_invoice_meta", "workflow", "user"),
        *("assistant_history", "wizard_temp", "damage_center_draft", "version_metadata", "audit_trail"),
        *("preview_mode", "preview_timestamp", "_session_modified", "last_modified"),
    }
)

# What made the client save, where a person did not press the button.
AUTOMATIC = frozenset({"autosave", "logout", "open", "interval", "before_expertise", "before_estimate", "before_final",
                       "before_invoice", "levi"})  # fmt: skip
BY_HAND = frozenset({"manual", "manual_save", "save"})
# Of these nobody looks for a single one; what marks a step of the work (open, logout, before_...) stands by itself.
FOLDED = frozenset({"autosave", "interval", "sync_helper"})


class Words(NamedTuple):
    """Both lists in one language."""

    sections: dict[str, str]
    fields: dict[str, str]

    def section(self, key: str) -> str:
        """The office's word for a section; none where it has no word."""
        return self.sections.get(key, "")

    def field(self, key: str, parent: str = "") -> str:
        """The office's word for a field under a key; none where it has no word."""
        return self.fields.get(f"{parent}/{key}") or self.fields.get(key, "")


def words() -> Words:
    """The words of the language in use, for who asks for many."""
    return _words(get_language())


@cache
def _words(language: str | None) -> Words:
    """A page asks for hundreds of words; they are translated once."""
    return Words(*({key: str(word) for key, word in words.items()} for words in (SECTIONS, FIELDS)))


def section(key: str) -> str:
    """As Words.section."""
    return words().section(key)


def field(key: str, parent: str = "") -> str:
    """As Words.field."""
    return words().field(key, parent)


def is_technical(section: str) -> bool:
    # A setter that splits its path on dots leaves keys like "raw_webhook_data.SUBMIT_LEVI_REPORT_1756".
    return section in TECHNICAL or section.startswith(("_", "raw_webhook_data."))


def sort_key(section: str) -> int:
    """Sections people know first, as they work; then the others as they stand; the technical ones last."""
    place = _ORDER.get(section, len(_ORDER))
    return place + len(_ORDER) + 1 if is_technical(section) else place


_ORDER = {section: place for place, section in enumerate(SECTIONS)}
