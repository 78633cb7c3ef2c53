"""A report of three pages with twelve pictures: cleaned, printed and proven, beside Chromium printing the same page.

`python3 dev.py bench report [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import base64
import io
import os
import random
import sys
from typing import Any

from PIL import Image

from bench.measure import judge, script
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.reading import Readers
from bench.measure.wire import insist
from devkit import browser

_AIM = 1.5
_PAGES, _PICTURES, _ROWS = 3, 12, 22
_PARTS, _FEWER_PARTS = 5000, 500
_MOST_BYTES = 50_000_000


def page() -> str:
    """Three pages, each with four pictures and a table of parts."""
    dice = random.Random(7)
    sheets = [_sheet(number, dice) for number in range(_PAGES)]
    style = "@page{size:A4;margin:1cm} body{font-family:sans-serif;font-size:10pt} img{width:23%;height:3cm;margin:1%}"
    head = f'<!doctype html><html dir="rtl" lang="he"><head><style>{style}</style></head>'
    return f"{head}<body>{''.join(sheets)}</body></html>"


def _sheet(number: int, dice: random.Random) -> str:
    pictures = "".join(f'<img alt="" src="{_picture(dice)}">' for _ in range(_PICTURES // _PAGES))
    rows = "".join(
        f'<tr><td>חלק מספר {row}</td><td><bdi dir="ltr">{dice.randrange(10**9, 10**10)}</bdi></td>'
        f'<td><bdi dir="ltr">{dice.randrange(10**5, 10**7) / 100:,.2f}</bdi></td></tr>'
        for row in range(_ROWS)
    )
    turn = ' style="break-before:page"' if number else ""
    return f"<section{turn}><h1>חוות דעת שמאית, חלק {number + 1}</h1>{pictures}<table>{rows}</table></section>"


def parts_list(count: int) -> str:
    """A case with so many parts, as our own template prints it."""
    from files import paper
    from files.assets import Assets

    rows = [{"name": f"חלק {n}", "מספר OEM": f"66747-E{n:05d}", "quantity": 1, "price": 12.5} for n in range(count)]
    helper = {"meta": {"plate": "12345678"}, "parts_search": {"required_parts": rows}}
    return paper.page(report_type="parts", nature="final", helper=helper, assets=Assets(), made_from="bench")


def _picture(dice: random.Random) -> str:
    """Noise is what a camera's picture is like for a codec."""
    held = io.BytesIO()
    Image.frombytes("RGB", (160, 120), dice.randbytes(160 * 120 * 3)).resize((800, 600)).save(held, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


class Bare(Readers):
    """The limit: a Chromium that stands ready, told to print."""

    def __init__(self, html: str) -> None:
        from playwright.sync_api import sync_playwright

        self.html, self.driver = html, sync_playwright().start()
        # Root cannot have its sandbox.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = self.driver.chromium.launch(executable_path=browser.find(), args=arguments)
        self.page: Any = chromium.new_page()

    def step(self) -> None:
        self.page.set_content(self.html, wait_until="load")
        found = self.page.pdf(print_background=True, prefer_css_page_size=True)
        insist(found.startswith(b"%PDF-"), "no PDF came")

    def close(self) -> None:
        self.driver.stop()


class Ours(Readers):
    """Cleans the page, has it printed, and reads the PDF back."""

    def __init__(self, html: str, pages: int = 0, *, is_ours: bool = False) -> None:
        self.html, self.pages, self.is_ours = html, pages, is_ours

    def step(self) -> None:
        from files import printing, proving, sanitising

        # Our own template is not cleaned.
        html = self.html if self.is_ours else sanitising.clean(self.html)
        codes, words = proving.of_page(html)
        proof = proving.prove(printing.pdf_of(html), proving.Wanted(codes, words))
        insist(proof.holds and proof.pages == (self.pages or proof.pages), f"it is not as it should be: {proof}")

    def close(self) -> None:
        from files import chromium

        chromium.close()


def _with_settings() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("CHROMIUM", str(browser.find()))
    # Nothing here asks a database.
    os.environ.setdefault("DJANGO_SECRET_KEY", "bench")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    django.setup()


def measure(what: str, html: str, ours: Ours, rounds: int, seconds: float) -> tuple[Line, list[Rounds]]:
    """The same page both ways."""
    script.say(f"- {what}, {len(html) // 1024} kB of HTML")
    contenders = [Contender("limit", lambda client: Bare(html)), Contender("ours", lambda client: ours)]
    found = run(contenders, 1, rounds=rounds, seconds=seconds)
    line = judge.times(what, found["ours"], found["limit"], _AIM)
    return line, [Rounds(f"{what}: {one.name}", 1, one.rounds) for one in found.values()]


def main() -> int:
    asked = script.options("A report from HTML to a proven PDF, beside the bare print.")
    _with_settings()
    count = _FEWER_PARTS if asked.quick else _PARTS
    small, large = page(), parts_list(count)
    pictured = f"report of {_PAGES} pages, {_PICTURES} pictures"
    first, rounds = measure(pictured, small, Ours(small, _PAGES), asked.rounds, max(asked.seconds, 3.0))
    # A turn is one print at least, and that of a long list takes its time.
    second, more = measure(f"list of {count:,} parts", large, Ours(large, is_ours=True), min(asked.rounds, 3), 1.0)
    return script.finish([first, second], [*rounds, *more], asked)


if __name__ == "__main__":
    sys.exit(main())
