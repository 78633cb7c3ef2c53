"""How the changes of a comparison stand on a page; written in Python, because a page may hold hundreds of them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.office import code, right_to_left, words
from helpers.diff import Kind
from helpers.reading import Group, Row
from helpers.saying import Said
from helpers.wording import Step

register = template.Library()

_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "−", Kind.CHANGED: "✎", Kind.MOVED: "↕"}
_BETWEEN = SafeString(' <span class="gt" aria-hidden="true">›</span> ')
_NONE = SafeString('<span class="none">—</span>')


@register.simple_tag(takes_context=True)
def differences(context: dict[str, Any], groups: Iterable[Group]) -> SafeString:
    """The changes of a section, each with its links into the versions it stands in, under the place they share."""
    page = _Page(context["before_id"] or context["after_id"], context["after_id"])
    return SafeString("".join(map(page.group, groups)))


class _Page:
    """What every row of a page says alike: asked for once, not once a row."""

    def __init__(self, before_id: Any, after_id: Any) -> None:
        self.kinds = {
            Kind.ADDED: _("added"),
            Kind.REMOVED: _("removed"),
            Kind.CHANGED: _("changed"),
            Kind.MOVED: _("moved"),
        }
        self.before, self.after = _("before"), _("after")
        self.here, self.history, self.all = _("A link to this change"), _("History of this field"), _("Show all")
        # A version that is only shown what it would be has no page yet.
        pks = [before_id, after_id] if after_id else [before_id]
        self.field = [reverse("admin:helpers_casehelper_field", args=[pk]) for pk in pks]
        self.version = [reverse("admin:helpers_casehelper_change", args=[pk]) for pk in pks]

    def group(self, group: Group) -> SafeString:
        way = format_html_join(_BETWEEN, "{}", ((_step(one),) for one in group.trail))
        head = format_html("<h3>{}</h3>\n", way) if way else ""
        return format_html('{}<ul class="rows">\n{}</ul>\n', head, SafeString("".join(map(self.row, group.rows))))

    def row(self, row: Row) -> SafeString:
        return format_html(
            '<li class="row {}" id="c{}" tabindex="-1"><div class="what"><span class="kind"><span class="mark"'
            ' aria-hidden="true">{}</span> {}</span> <strong>{}</strong><small class="pointer">{}</small></div>{}'
            '<div class="links">{}</div></li>\n',
            row.kind,
            row.anchor,
            _SIGNS[row.kind],
            self.kinds[row.kind],
            _step(row.label),
            code(row.pointer),
            self.moved(row.places) if row.places else self.sides(row),
            self.links(row),
        )

    def moved(self, places: tuple[int, int]) -> SafeString:
        told = _("moved from place %(was)s to place %(is)s") % {"was": places[0], "is": places[1]}
        return format_html('<div class="moved-to">{}</div>', told)

    def sides(self, row: Row) -> SafeString:
        return format_html(
            '<div class="was"><span class="side">{}</span>{}</div>'
            '<div class="is"><span class="side">{}</span>{}{}</div>',
            self.before,
            _NONE if row.before is None else format_html("<del>{}</del>", _said(row.before)),
            self.after,
            _NONE if row.after is None else format_html("<ins>{}</ins>", _said(row.after)),
            format_html(' <span class="by">{}</span>', code(row.difference)) if row.difference else "",
        )

    def links(self, row: Row) -> SafeString:
        # The history of a field begins where it stood; what came has its place in the newer version alone.
        field = self.page(self.field, *((1, row.new) if row.old is None else (0, row.old)))
        whole = self.page(self.version, *((0, row.old) if row.new is None else (1, row.new)))
        return format_html(
            '<a href="#c{0}" title="{1}" aria-label="{1}">#</a>{2}{3}',
            row.anchor,
            self.here,
            format_html('<a href="{0}" title="{1}" aria-label="{1}">⟲</a>', field, self.history) if field else "",
            format_html('<a href="{}#tree">{}</a>', whole, self.all) if row.is_cut and whole else "",
        )

    @staticmethod
    def page(pages: list[str], side: int, pointer: str | None) -> str:
        return f"{pages[side]}?at={_quoted(pointer)}" if side < len(pages) else ""


def _quoted(pointer: str | None) -> str:
    return quote(pointer or "", safe="")


def _step(one: Step) -> SafeString:
    """One step of a way, in the office's word or as a code."""
    return code(one.words) if one.is_code else words(one.words)


def _said(value: Said) -> SafeString:
    """One side of a change: what it says, and the rest for whoever opens it."""
    note = format_html(' <span class="quiet">({})</span>', value.note) if value.note else ""
    return SafeString(_told(value) + note + _rest(value))


def _told(value: Said) -> SafeString:
    if not value.is_text:
        return format_html('<span class="ours">{}</span>', value.start)
    if not value.marked:
        return words(value.start + value.end)
    # The direction of the whole text, not of the piece that comes first.
    direction = "auto" if right_to_left(value.start + value.marked + value.end) else "ltr"
    return format_html('<bdi dir="{}">{}<mark>{}</mark>{}</bdi>', direction, value.start, value.marked, value.end)


def _rest(value: Said) -> SafeString:
    if value.whole:
        return format_html(
            '<details class="rest"><summary>{}</summary><div class="whole" dir="auto">{}</div></details>',
            _("The whole text ({})").format(_characters(value.size)),
            value.whole,
        )
    if value.size:
        return format_html(' <span class="quiet">({})</span>', _characters(value.size))
    return _fields(value) if value.fields else SafeString("")


def _fields(value: Said) -> SafeString:
    count = len(value.fields) + value.more
    rows = format_html_join(
        "", "<div><dt>{}</dt><dd>{}</dd></div>", ((_step(field.label), words(field.value)) for field in value.fields)
    )
    more = _("and %(n)s more") % {"n": value.more} if value.more else ""
    return format_html(
        '<details class="rest"><summary>{}</summary><dl class="fields">{}</dl>{}</details>',
        ngettext("%(n)s field", "%(n)s fields", count) % {"n": count},
        rows,
        more,
    )


def _characters(count: int) -> str:
    return ngettext("%(n)s character", "%(n)s characters", count) % {"n": f"{count:,}"}
