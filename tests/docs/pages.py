"""The pages of the project, and what stands in them."""

import re
from pathlib import Path

from tests.databases import ROOT

README, INDEX = ROOT / "README.md", ROOT / "docs" / "README.md"
_FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


def every_page() -> list[Path]:
    return sorted([README, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def reference(name: str) -> str:
    return text(ROOT / "docs" / "reference" / f"{name}.md")


def links(page: Path) -> list[str]:
    """The addresses of links and pictures, without those in code."""
    return _LINK.findall(_CODE.sub("", _FENCED.sub("", text(page))))


def relative_links(page: Path) -> list[str]:
    return [link for link in links(page) if not re.match(r"[a-z]+:", link)]


def blocks(page_text: str) -> list[str]:
    """What stands between fences."""
    return [re.sub(r"^ *```.*\n?", "", block[0], flags=re.MULTILINE) for block in _FENCED.finditer(page_text)]


def spans(page_text: str) -> list[str]:
    """What stands in `code` within the lines."""
    return _CODE.findall(_FENCED.sub("", page_text))


def anchors(page: Path) -> set[str]:
    """Its headings as the addresses they get where Markdown is shown."""
    heads = re.findall(r"^#+ (.+)$", _FENCED.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def rows(page_text: str) -> list[list[str]]:
    """The cells of every row of every table, heads left out."""
    found = re.findall(r"^\|(.+)\|$", page_text, re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")] for row in found]
    ruled = [number for number, row in enumerate(cells) if all(set(cell) <= set("-: ") and cell for cell in row)]
    return [row for number, row in enumerate(cells) if number not in ruled and number + 1 not in ruled]
