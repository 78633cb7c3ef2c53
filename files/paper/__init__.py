"""A helper as a printed report: five templates in `templates/reports/`, nine kinds, one look.

`page` gives one HTML document that needs nothing from outside: style, font and pictures stand in it, and no script.
It says its own paper: A4, margins, and page numbers ("עמוד 1 מתוך 3") in the margin boxes of `@page`, which Chromium
draws since 131. The engine therefore prints with `preferCSSPageSize`, `printBackground`, no header and no footer of
its own, and margins of nought.
`expected` names what must be found in the PDF's text; a long code or amount may be broken over two lines of a cell,
so both sides are compared without blanks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from files.assets import Assets
from files.paper import embedded, kinds, sheets, written

REPORT_TYPES = tuple(kinds.KINDS)


@dataclass(frozen=True)
class Expected:
    """Texts that the printed report must hold, exactly as they are printed."""

    totals: list[str]
    part_numbers: list[str]


class Picture(NamedTuple):
    """A picture as a data: URI, and what is said under it."""

    source: str
    caption: str = ""


def title(report_type: str, nature: str) -> str:
    """What a report is called: אומדן – טיוטה. Raises KeyError for a type or nature that is none."""
    return f"{kinds.kind_of(report_type).name} – {kinds.NATURES[nature]}"


def page(
    *,
    report_type: str,
    nature: str,
    helper: dict[str, Any],
    assets: Assets,
    made_from: str,
    pictures: Sequence[Picture] = (),
    left_out: int = 0,
    on: date | None = None,
) -> str:
    """The whole report as one HTML document, of any helper. Raises KeyError for a type or nature that is none."""
    sheet = sheets.read(report_type, helper, on or written.today())
    return render_to_string(
        f"reports/{sheet.kind.template}.html",
        {
            "sheet": sheet,
            "nature": kinds.NATURES[nature],
            "is_draft": nature == "draft",
            "made_from": made_from,
            "office": assets.business,
            "pictures": [picture for picture in pictures if embedded.is_picture(picture.source)],
            "left_out": left_out,
            "watermark": _watermark(report_type, nature, assets),
            "fonts": embedded.fonts(),
            **{name: embedded.picture(getattr(assets, name)) for name in ("logo", "stamp", "signature", "background")},
        },
    )


def _watermark(report_type: str, nature: str, assets: Assets) -> str:
    if nature == "draft":
        return assets.watermark or kinds.NATURES["draft"]
    return assets.business.get("directive_watermark", "") if report_type == "expertise" else ""


def expected(report_type: str, helper: dict[str, Any]) -> Expected:
    """What a report of this helper must show. Raises KeyError for a type that is none."""
    sheet = sheets.read(report_type, helper, written.today())
    return Expected(totals=sheets.totals(sheet), part_numbers=sheets.part_numbers(sheet))
