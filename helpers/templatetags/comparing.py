"""How the changes of a comparison stand on a page; written in Python, because a page may hold hundreds of them.

A page has thousands of small pieces; with `format_html` around each, it took eight times as long. So the pieces are
plain text here: whatever a document, a pointer or a translation says goes through `escape`, or through a function that
does so, in the line that writes it.
"""

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.office import code_html, right_to_left, words_html
from helpers import addresses, labels
from helpers.diff import Kind
from helpers.reading import Group, Row, Section
from helpers.saying import Said
from helpers.wording import Step

register = template.Library()

_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "−", Kind.CHANGED: "✎", Kind.MOVED: "↕"}
_BETWEEN = ' <span class="gt" aria-hidden="true">›</span> '
_NONE = '<span class="none">—</span>'


class Drawer:
    """What every row of a page says alike: asked for once, not once a row."""

    def __init__(self, before_id: Any, after_id: Any, whole: str, *, is_of_all: bool = True) -> None:
        self.is_of_all = is_of_all
        kinds = {
            Kind.ADDED: _("added"),
            Kind.REMOVED: _("removed"),
            Kind.CHANGED: _("changed"),
            Kind.MOVED: _("moved"),
        }
        self.kinds = {
            kind: '<span class="kind"><span class="mark" aria-hidden="true">'
            f"{_SIGNS[kind]}</span> {escape(word)}</span>"
            for kind, word in kinds.items()
        }
        self.before, self.after = escape(_("before")), escape(_("after"))
        self.here, self.history = escape(_("A link to this change")), escape(_("History of this field"))
        self.all, self.show_section = escape(_("Show all")), escape(_("Show the whole section"))
        self.whole = escape(whole)
        # What is only shown what it would be has no page yet.
        pks = [before_id, after_id] if after_id else [before_id]
        self.field = [addresses.of_version("field", pk) for pk in pks]
        self.version = [addresses.of_version("change", pk) for pk in pks]

    def jump(self, part: Section) -> str:
        """One line of the list of sections above them all."""
        name, count = _section(part.key), f'<span class="quiet">{part.count}</span>'
        return f'<li><a href="#s{part.anchor}">{name} {count}</a></li>'

    def card(self, part: Section) -> str:
        """A section under its name; what only technicians read is folded, unless it is all there is on the page."""
        if not part.is_technical:
            named = f' id="s{part.anchor}" aria-labelledby="h{part.anchor}"'
            head = f'<h2 id="h{part.anchor}">{self.head(part)}</h2>'
            return f'<section class="card diff"{named}>\n  {head}\n  {self.section(part)}\n</section>\n'
        named = f' id="s{part.anchor}"{"" if self.is_of_all else " open"}'
        head = f"<summary><h2>{self.head(part)}</h2></summary>"
        return f'<details class="card diff"{named}>\n  {head}\n  {self.section(part)}\n</details>\n'

    def head(self, part: Section) -> str:
        """A section's name, beside it its key, where the name is the office's word, and how many changes it has."""
        count = ngettext("one change", "%(n)s changes", part.count) % {"n": part.count}
        key = f"{code_html(part.key)} · " if labels.section(part.key) else ""
        return f"{_section(part.key)} <small>{key}{escape(count)}</small>"

    def section(self, part: Section) -> str:
        """The changes that people read, then those that only programs do, and how many are not on this page."""
        return f"{self.groups(part.groups)}{self.quiet(part)}\n{self.hidden(part)}\n"

    def quiet(self, part: Section) -> str:
        if not part.quiet:
            return ""
        n = part.quiet_count
        if part.groups:
            words = ngettext("and one technical id or time", "and %(n)s technical ids and times", n)
        else:
            words = ngettext("only one technical id or time", "only %(n)s technical ids and times", n)
        summary = f"<summary>{escape(words % {'n': n})}</summary>"
        return f'<details class="rest quiet-rows">{summary}\n{self.groups(part.quiet)}</details>'

    def hidden(self, part: Section) -> str:
        n = part.hidden
        if not n:
            return ""
        words = ngettext("One more change is not shown here.", "%(n)s more changes are not shown here.", n)
        link = ""
        if self.whole:
            address = f"{self.whole}&amp;section={quote(part.key, safe='')}#s{part.anchor}"
            link = f' <a href="{address}">{self.show_section}</a>'
        return f'<p class="hidden-rows">{escape(words % {"n": n})}{link}</p>'

    def groups(self, groups: Iterable[Group]) -> str:
        return "".join(map(self.group, groups))

    def group(self, group: Group) -> str:
        way = _BETWEEN.join(map(_step, group.trail))
        head = f"<h3>{way}</h3>\n" if way else ""
        return f'{head}<ul class="rows">\n{"".join(map(self.row, group.rows))}</ul>\n'

    def row(self, row: Row) -> str:
        return (
            f'<li class="row {row.kind}" id="c{row.anchor}" tabindex="-1"><div class="what">{self.kinds[row.kind]}'
            f' <strong>{_step(row.label)}</strong><small class="pointer">{code_html(row.pointer)}</small></div>'
            f"{_moved(row.places) if row.places else self.sides(row)}"
            f'<div class="links">{self.links(row)}</div></li>\n'
        )

    def sides(self, row: Row) -> str:
        was = f"<del>{_said(row.before)}</del>" if row.before else _NONE
        now = f"<ins>{_said(row.after)}</ins>" if row.after else _NONE
        by = f' <span class="by">{code_html(row.difference)}</span>' if row.difference else ""
        return (
            f'<div class="was"><span class="side">{self.before}</span>{was}</div>'
            f'<div class="is"><span class="side">{self.after}</span>{now}{by}</div>'
        )

    def links(self, row: Row) -> str:
        # The history of a field begins where it stood; what came has its place in the newer version alone.
        field = _page(self.field, *((1, row.new) if row.old is None else (0, row.old)))
        whole = _page(self.version, *((0, row.old) if row.new is None else (1, row.new))) if row.is_cut else ""
        told = f'<a href="{field}" title="{self.history}" aria-label="{self.history}">⟲</a>' if field else ""
        opened = f'<a href="{whole}#tree">{self.all}</a>' if whole else ""
        return f'<a href="#c{row.anchor}" title="{self.here}" aria-label="{self.here}">#</a>{told}{opened}'


def _page(pages: list[str], side: int, pointer: str | None) -> str:
    """Where a place is read; nowhere in a version that is not saved."""
    return pages[side] + _at(pointer) if side < len(pages) else ""


@register.simple_tag(takes_context=True)
def drawer(context: dict[str, Any]) -> Drawer:
    """Who draws the changes between two versions; what came to a case's first version stands in that one only."""
    before, after = context["before_id"], context["after_id"]
    one = context.get("section")
    return Drawer(before or after, after, "" if one else context.get("whole") or "", is_of_all=not one)


@register.simple_tag
def section_jumps(drawer: Drawer, parts: list[Section]) -> SafeString:
    """The sections of a page, each a link to where it stands."""
    return SafeString("".join(map(drawer.jump, parts)))


@register.simple_tag
def section_cards(drawer: Drawer, parts: list[Section]) -> SafeString:
    """Each section with its changes, and those with their links into the versions they stand in."""
    return SafeString("".join(map(drawer.card, parts)))


def _section(key: str) -> str:
    """A section by the office's word for it, else by its own name."""
    word = labels.section(key)
    return escape(word) if word else code_html(key)


def _at(pointer: str | None) -> str:
    """A place as the query of an address; nothing is left in it that HTML would read."""
    return f"?at={quote(pointer or '', safe='')}"


def _step(one: Step) -> str:
    """One step of a way, in the office's word or as a code."""
    return code_html(one.words) if one.is_code else words_html(one.words)


def _moved(places: tuple[int, int]) -> str:
    told = _("moved from place %(was)s to place %(is)s") % {"was": places[0], "is": places[1]}
    return f'<div class="moved-to">{escape(told)}</div>'


def _said(value: Said) -> str:
    """One side of a change: what it says, and the rest for whoever opens it."""
    note = f' <span class="quiet">({escape(value.note)})</span>' if value.note else ""
    return _told(value) + note + _rest(value)


def _told(value: Said) -> str:
    if not value.is_text:
        return f'<span class="ours">{escape(value.start)}</span>'
    if not value.marked:
        return words_html(value.start + value.end)
    # The direction of the whole text, not of the piece that comes first.
    direction = "auto" if right_to_left(value.start + value.marked + value.end) else "ltr"
    marked = f"<mark>{escape(value.marked)}</mark>"
    return f'<bdi dir="{direction}">{escape(value.start)}{marked}{escape(value.end)}</bdi>'


def _rest(value: Said) -> str:
    if value.whole:
        words = escape(_("The whole text ({})").format(_characters(value.size)))
        whole = f'<div class="whole" dir="auto">{escape(value.whole)}</div>'
        return f'<details class="rest"><summary>{words}</summary>{whole}</details>'
    if value.size:
        return f' <span class="quiet">({escape(_characters(value.size))})</span>'
    return _fields(value) if value.fields else ""


def _fields(value: Said) -> str:
    count = len(value.fields) + value.more
    words = escape(ngettext("%(n)s field", "%(n)s fields", count) % {"n": count})
    rows = "".join(
        f"<div><dt>{_step(field.label)}</dt><dd>{words_html(field.value)}</dd></div>" for field in value.fields
    )
    more = escape(_("and %(n)s more") % {"n": value.more}) if value.more else ""
    return f'<details class="rest"><summary>{words}</summary><dl class="fields">{rows}</dl>{more}</details>'


def _characters(count: int) -> str:
    return ngettext("%(n)s character", "%(n)s characters", count) % {"n": f"{count:,}"}
