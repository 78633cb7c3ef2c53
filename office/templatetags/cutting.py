"""What pages say of a cutover."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from office import cutover_words
from office.cutover import Condition, Standing
from office.models import CutoverStep

register = template.Library()

_LOOKS = {"make": "ended", "dual": "waits", "supabase": "done"}


@register.filter
def module_word(module: str) -> str:
    return str(cutover_words.MODULES[module])


@register.filter
def phase_pill(standing: Standing) -> SafeString:
    looks = "waits" if standing.is_pilot else _LOOKS[standing.writer]
    return format_html('<span class="pill pill-{}">{}</span>', looks, cutover_words.phase(standing))


@register.filter
def condition_pill(condition: Condition) -> SafeString:
    looks, word = ("done", _("met")) if condition.is_met else ("bad", _("not met"))
    sign = "✓" if condition.is_met else "✗"
    return format_html('<span class="pill pill-{}"><span aria-hidden="true">{} </span>{}</span>', looks, sign, word)


register.filter("condition_label", cutover_words.label)
register.filter("condition_cure", cutover_words.cure)
register.filter("condition_wanted", cutover_words.wanted)
register.filter("condition_more", cutover_words.more)


@register.filter
def number(value: Any) -> SafeString:
    return office.code(cutover_words.plain(value))


@register.filter
def conditions_of(step: CutoverStep) -> list[Condition]:
    """The preconditions as they stood when the step was taken."""
    return [Condition.of_json(told) for told in step.conditions]


@register.filter
def who_wrote(one: dict[str, Any], people: dict[str, str]) -> str:
    """Whose versions these are; without a person, through which door they came."""
    return people.get(one["saved_by"] or "") or one["saved_from"]
