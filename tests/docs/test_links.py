"""Every link between the pages leads somewhere, and every page can be found from the index."""

from pathlib import Path

from tests.databases import ROOT
from tests.docs import pages


def target(page: Path, link: str) -> tuple[Path, str]:
    path, _, anchor = link.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


def leads_nowhere(page: Path, link: str) -> bool:
    path, anchor = target(page, link)
    return not path.exists() or (anchor != "" and anchor not in pages.anchors(path))


def test_every_relative_link_leads_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages.every_page()
        for link in pages.relative_links(page)
        if leads_nowhere(page, link)
    ]

    assert broken == []


def test_no_link_leaves_the_project():
    outside = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages.every_page()
        for link in pages.relative_links(page)
        if not target(page, link)[0].is_relative_to(ROOT)
    ]

    assert outside == []


def test_every_page_is_named_in_the_index():
    named = {target(pages.INDEX, link)[0] for link in pages.relative_links(pages.INDEX)}
    # A folder lists its own pages.
    missing = [page for page in pages.every_page() if page not in named and page.parent not in named]

    assert [str(page.relative_to(ROOT)) for page in missing] == ["README.md", "docs/README.md"]


def test_the_readme_leads_to_the_index():
    assert pages.INDEX in {target(pages.README, link)[0] for link in pages.relative_links(pages.README)}


def test_every_picture_is_shown_somewhere():
    shown = {target(page, link)[0] for page in pages.every_page() for link in pages.relative_links(page)}
    pictures = (ROOT / "docs" / "pictures").iterdir()

    assert sorted(picture.name for picture in pictures if picture not in shown) == []


def test_a_broken_link_would_be_seen():
    assert leads_nowhere(pages.INDEX, "how-to/nothing.md")
    assert leads_nowhere(pages.INDEX, "reference/security.md#nothing")
    assert not leads_nowhere(pages.INDEX, "reference/security.md#threats-on-one-page")
