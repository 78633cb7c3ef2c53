"""Suppliers that are probably one, written differently: the same tax id, or the same name but for how it is written."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from invoices.models import Invoice, InvoiceSupplier

# More suppliers than any office has; beyond them nothing is suggested rather than half of it.
_MOST, _MOST_GROUPS = 5000, 50
_WORD = re.compile(r"[^\W_]+")
# What a company is called beside its name.
_LEGAL = {"בעמ", "בע", "מ", "ltd", "limited", "inc", "חברה", "חברת", "ושות", "עמ", "עוסק", "מורשה", "פטור"}


@dataclass(frozen=True)
class Group:
    """Suppliers that are probably one, and why."""

    suppliers: list[InvoiceSupplier]
    is_same_tax_id: bool

    @property
    def ids(self) -> list[str]:
        return [str(one.pk) for one in self.suppliers]


def loose(name: str) -> str:
    """A name without quote signs, marks and words that only say what kind of company it is; its words in any order."""
    words = _WORD.findall(re.sub(r"[\"'`״׳]", "", name.casefold()))
    kept = [word for word in words if word not in _LEGAL] or words
    return " ".join(sorted(kept))


def groups() -> list[Group]:
    """The most likely ones first: by tax id, then by name; nobody stands in two of them."""
    standing = InvoiceSupplier.objects.standing().only("name", "tax_id", "created_at")
    rows = list(standing.order_by("created_at")[: _MOST + 1])
    if len(rows) > _MOST:
        return []
    by_tax, by_name = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.tax_id:
            by_tax[row.tax_id].append(row)
        by_name[loose(row.name)].append(row)
    found: list[Group] = []
    taken: set[Any] = set()
    for is_tax, several in ((True, by_tax.values()), (False, by_name.values())):
        for group in several:
            left = [row for row in group if row.pk not in taken]
            if len(left) > 1:
                taken.update(row.pk for row in left)
                found.append(Group(left, is_tax))
    return found[:_MOST_GROUPS]


def numbers_twice(keys: list[Any]) -> list[str]:
    """The invoice numbers that more than one of these suppliers has."""
    rows = Invoice.objects.filter(supplier__in=keys).exclude(invoice_number=None).order_by()
    pairs = set(rows.values_list("invoice_number", "supplier_id"))
    seen: dict[str, int] = defaultdict(int)
    for number, _supplier in pairs:
        seen[str(number)] += 1
    return sorted(number for number, times in seen.items() if times > 1)
