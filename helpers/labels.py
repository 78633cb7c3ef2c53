"""What the office calls the sections of a helper. A section that is not here goes by its own name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECTIONS: dict[str, Promise] = {
    "case_info": _("Case details"),
    "meta": _("Case identification"),
    "vehicle": _("Vehicle"),
    "car_details": _("Vehicle details"),
    "stakeholders": _("Owner, garage and insurance"),
    "damage_info": _("Damage"),
    "centers": _("Damage centers"),
    "damage_centers": _("Damage centers (copy)"),
    "current_damage_center": _("Damage center in hand"),
    "damage_assessment": _("Damage assessment"),
    "valuation": _("Vehicle value"),
    "levisummary": _("Levi Yitzhak report (summary)"),
    "levi_data": _("Levi Yitzhak report"),
    "levi_report": _("Levi Yitzhak report"),
    "parts_search": _("Parts search"),
    "invoices": _("Invoices"),
    "current_invoice": _("Invoice in hand"),
    "expertise": _("Expertise report"),
    "estimate": _("Estimate"),
    "final_report": _("Opinion"),
    "claims_data": _("Claim data"),
    "depreciation": _("Loss of value"),
    "financials": _("Costs and fees"),
    "calculations": _("Calculations"),
    "images": _("Pictures"),
    "documents": _("Documents"),
    "general": _("General"),
    "raw_webhook_data": _("Raw answers from Make"),
    "centers_archive": _("Damage centers before the invoice"),
    "centers_after_invoice": _("Damage centers after the invoice"),
    "audit_trail": _("Action log"),
    "validation": _("Validation"),
    "statistics": _("Statistics"),
    "settings": _("Settings"),
    "system": _("System"),
}

# What made the client save, where a person did not press the button.
AUTOMATIC = frozenset({"autosave", "logout", "open", "interval", "before_expertise", "before_estimate", "before_final",
                       "before_invoice", "levi"})  # fmt: skip
BY_HAND = frozenset({"manual", "manual_save", "save"})


def sort_key(section: str) -> int:
    """Sections people know first, in the order in which they work; the others as they stand."""
    return _ORDER.get(section, len(_ORDER))


_ORDER = {section: place for place, section in enumerate(SECTIONS)}
