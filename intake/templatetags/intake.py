"""What pages say of answers from outside."""

from typing import Any

from django import template
from django.db.models import Value
from django.db.models.fields import TextField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from cases.models import Case
from intake import display
from intake.labels import WHY_NOTHING
from intake.models import KeptAnswer, LeviReport, OcrResult, VehicleDetails

register = template.Library()

_DOCUMENTS = 10


@register.filter
def state_pill(answer: KeptAnswer) -> SafeString:
    """Whether it is the newest, an earlier one, waits for a case, or says nothing."""
    looks, word = "ended", _("earlier")
    if answer.why_nothing:
        looks, word = "bad", _("unreadable")
    elif answer.case_id is None:
        looks, word = "waits", _("without a case")
    elif answer.is_current:
        looks, word = "done", _("newest")
    return format_html('<span class="pill pill-{}">{}</span>', looks, word)


@register.filter
def says(answer: Any) -> SafeString:
    """What an answer says, in a few words; why, where it says nothing."""
    if answer.why_nothing and not isinstance(answer, OcrResult):
        return format_html("{}", why(answer.why_nothing))
    match answer:
        case LeviReport():
            return money(answer.final_price)
        case VehicleDetails():
            parts: list[Any] = [answer.manufacturer, answer.model, answer.year]
        case _:
            parts = [answer.get_kind_display(), answer.file_ref]
    said = [(office.words(part),) for part in parts if part]
    return format_html_join(" ", "{}", said) if said else SafeString("—")


@register.filter
def money(amount: Any) -> SafeString:
    """An amount in shekels."""
    if amount is None:
        return SafeString("—")
    return office.code(f"₪ {amount:,.2f}".removesuffix(".00"))


@register.filter
def field_name(path: str) -> SafeString:
    return display.path_label(path)


@register.filter
def json_text(text: str) -> SafeString:
    return display.json_text(text)


@register.filter
def why(word: str) -> str:
    return str(WHY_NOTHING.get(word, word))


@register.simple_tag
def answers_of(case: Case) -> dict[str, Any]:
    """The newest answers about a case that say something, its documents, and what still waits for its plate."""
    of_case = {"case_id": case.pk}
    documents = OcrResult.objects.without_bodies().filter(**of_case, is_current=True).order_by("-created_at")
    return {
        "levi": LeviReport.objects.without_bodies().filter(**of_case, is_current=True).first(),
        "vehicle": VehicleDetails.objects.without_bodies().filter(**of_case, is_current=True).first(),
        "documents": list(documents[:_DOCUMENTS]),
        "waiting": _waiting(case),
    }


def _waiting(case: Case) -> list[tuple[Any, str]]:
    kinds = (("levireport", LeviReport), ("vehicledetails", VehicleDetails), ("ocrresult", OcrResult))
    found = [
        model.objects.waiting()
        .filter(plate=case.plate, org_id=case.org_id)
        .order_by()
        .values_list("pk", Value(name, output_field=TextField()))[:_DOCUMENTS]
        for name, model in kinds
    ]
    return list(found[0].union(*found[1:], all=True))
