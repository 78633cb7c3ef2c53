"""What staff choose to assign an invoice: for each line a row of a damage center, or two with an amount each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from invoices.assigning import Desk, Wish
from invoices.centers import KINDS, Center, Row
from invoices.models import InvoiceLine, InvoiceMapping
from invoices.suggesting import Suggestion

_LONGEST_NAME = 90
_SHARES = ("first", "second")
REASONS = {
    "linked_part": _("the line names this required part"),
    "same_code": _("the same catalogue number"),
    "same_name": _("the same name"),
    "close_name": _("a similar name"),
    "named_place": _("the invoice names this damage center"),
    "only_center": _("the case has only this damage center"),
}
_KINDS = {"part": _("parts"), "work": _("works"), "repair": _("repairs")}
_NEW = {"part": _("a new part row"), "work": _("a new work row"), "repair": _("a new repair row")}


class LineForm(forms.Form):
    """Where one line goes; the second target is for a line that two damage centers share."""

    first = forms.ChoiceField(label=_("damage center and row"), required=False)
    first_amount = forms.DecimalField(label=_("amount before VAT"), required=False, max_digits=12, decimal_places=2)
    second = forms.ChoiceField(label=_("second damage center and row"), required=False)
    second_amount = forms.DecimalField(
        label=_("its amount before VAT"), required=False, max_digits=12, decimal_places=2
    )

    def __init__(self, *given: Any, choices: list[Any], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["first_amount"].widget.attrs["placeholder"] = _("all of it")
        for name in _SHARES:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[f"{name}_amount"].widget.attrs |= {"dir": "ltr", "step": "0.01", "inputmode": "decimal"}

    def wishes(self, line: InvoiceLine) -> Iterator[Wish]:
        """What was chosen, as the service takes it."""
        for name in _SHARES:
            if target := self.cleaned_data.get(name):
                center, kind, row_uuid, place = json.loads(target)
                where = {"damage_center_id": center, "field_type": kind, "row_uuid": row_uuid, "field_index": place}
                yield {"invoice_line_id": line.pk, **where, "amount": self.cleaned_data.get(f"{name}_amount")}

    @property
    def is_shared(self) -> bool:
        return bool(self["second"].value())


@dataclass
class AssignLine:
    """A line on its page: the form, what was proposed for it, and whether the proposal stands chosen."""

    line: InvoiceLine
    form: LineForm
    suggestion: Suggestion | None
    is_suggested: bool
    error: str = ""

    @property
    def reason(self) -> str:
        return str(REASONS[self.suggestion.reason]) if self.suggestion else ""


def lines(desk: Desk, asked: QueryDict | None = None) -> list[AssignLine]:
    """Every line with its form; where nothing is assigned yet, what is proposed stands chosen and is marked so."""
    choices = _choices(desk.centers)
    chosen: dict[Any, list[InvoiceMapping]] = {}
    for mapping in desk.mappings:
        chosen.setdefault(mapping.invoice_line_id, []).append(mapping)
    found = []
    for line in desk.lines:
        one = desk.suggestions.get(line.pk) if not desk.mappings else None
        initial = _standing(desk, chosen[line.pk]) if line.pk in chosen else _proposed(one)
        form = LineForm(asked, prefix=f"line{line.line_number}", initial=initial, choices=choices)
        is_suggested = one is not None and asked is None
        found.append(AssignLine(line, form, desk.suggestions.get(line.pk), is_suggested))
    return found


def _proposed(one: Suggestion | None) -> dict[str, Any]:
    return {} if one is None else {"first": _target(one.center, one.kind, one.row)}


def _standing(desk: Desk, mappings: list[InvoiceMapping]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, mapping in zip(_SHARES, mappings, strict=False):
        center = next((center for center in desk.centers if center.id == mapping.damage_center_id), None)
        if center is None:
            continue
        rows = center.rows(mapping.field_type) if mapping.field_index is not None else []
        same = [row for row in rows if mapping.field_id and row.row_uuid == mapping.field_id]
        row = next(iter(same or [row for row in rows if row.place == mapping.field_index]), None)
        found |= {name: _target(center, mapping.field_type, row), f"{name}_amount": mapping.amount}
    return found


def _choices(centers: list[Center]) -> list[Any]:
    groups: list[Any] = [("", _("not assigned"))]
    for center in centers:
        for kind in KINDS:
            if center.list_path(kind) is not None:
                rows = [(_target(center, kind, row), _name(center, row)) for row in center.rows(kind)]
                new = (_target(center, kind, None), f"{center.code}: {_NEW[kind]}")
                groups.append((f"{center.name} · {_KINDS[kind]}", [*rows, new]))
    return groups


def _target(center: Center, kind: str, row: Row | None) -> str:
    return json.dumps([center.id, kind, row and row.row_uuid, row and row.place], ensure_ascii=False)


def _name(center: Center, row: Row) -> str:
    # Of a closed list only the chosen option is seen, and not the group it stands in.
    text = f"{center.code}: {row.summary}"
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


class AcceptForm(forms.Form):
    """Which version was the current one when the page was read."""

    expected_version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class UndoForm(AcceptForm):
    """The same, and why."""

    reason = forms.CharField(
        label=_("Reason for taking it back"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Stays with the new version, for whoever reads its history."),
    )
