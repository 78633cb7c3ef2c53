"""An expertise that was handed in: sections beside an envelope, or the few fields of its summary."""

from typing import Any

from intake.fields import Fields, said

# What stands beside the sections: never part of the helper, and the helper in it never replaces ours.
ENVELOPE = (
    *("plate", "owner_name", "action", "submittedAt", "callbackUrl", "helper", "__IMTMETHOD__"),
    *("case_id", "html", "pdf_url"),
)
_SUMMARY = ("directive", "technician", "license", "notes", "status", "completed_at")


def without_envelope(body: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The sections, and the keys of the envelope that were left out."""
    sections = {key: value for key, value in body.items() if key not in ENVELOPE}
    return sections, [key for key in body if key in ENVELOPE]


def patch_of(fields: Fields, plate: str) -> tuple[dict[str, Any], str | None]:
    """The summary to merge, and the plate it is about."""
    about = fields.take("plate")
    summary = said({name: fields.take(name) for name in _SUMMARY})
    if summary:
        summary["submitted_at"] = fields.take("submittedAt", "submitted_at")
    return said({"expertise": {"summary": summary}}), about
