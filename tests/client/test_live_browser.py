"""Live in Chromium: what one window saves, another sees, by the real event server."""

import json

import pytest

from tests.client.conftest import serve_page
from tests.live import running_events

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(world):
    with running_events() as running:
        serve_page(world, running.site)
        yield running.site


@pytest.fixture
def ui(browser, world):
    """`ui()` is somebody's browser with the UI on a host of its own, as `browser()`."""
    return lambda: browser(origin=world.base)


@pytest.fixture
def watching(ui):
    """`watching(case, tab)`: a tab with the case open, and what it hears in `news`."""

    def opened(case, tab=None):
        tab = tab or ui().tab()
        tab.open(case["case_id"])
        tab.run(
            "(id) => { window.news = [];"
            " client.onHelperChanged(id, ({version, text}) => news.push({version, text})); }",
            case["case_id"],
        )
        return tab

    return opened


def listens(tab):
    return tab.run("() => !!client.live.stream.quitting")


def heard(tab, version):
    tab.until(f"() => news.some((one) => one.version === {version})")
    return tab.run("() => news")


def test_what_one_window_saves_the_other_sees(ui, case, watching):
    opened = case()
    reader = watching(opened)
    reader.until("() => client.live.stream.last !== null")
    writer = ui().tab()
    writer.open(opened["case_id"])
    writer.edit("note", "מהחלון השני")
    writer.until("() => client.manager.version === 2")

    (news,) = heard(reader, 2)
    assert json.loads(news["text"])["note"] == "מהחלון השני"
    reader.run("(id) => client.manager.openCase(id).then(() => null)", opened["case_id"])
    assert json.loads(reader.stored())["note"] == "מהחלון השני"


def test_tabs_share_one_stream_and_the_next_takes_over(ui, case, office, watching):
    opened = case()
    context = ui()
    first = watching(opened, context.tab())
    first.until("() => client.live.stream.last !== null")
    second = watching(opened, context.tab())
    assert (listens(first), listens(second)) == (True, False)
    office.save(opened, {"n": 2}, 1)
    assert heard(first, 2)
    assert heard(second, 2)

    first.page.close()
    second.until("() => client.live.stream.last !== null")
    office.save(opened, {"n": 3}, 2)
    assert [one["version"] for one in heard(second, 3)] == [2, 3]


def test_ones_own_save_is_no_news(case, office, watching):
    opened = case()
    tab = watching(opened)
    tab.until("() => client.live.stream.last !== null")
    tab.edit("n", 1)
    tab.until("() => client.manager.version === 2")
    office.save(opened, {"n": 9}, 2)

    assert [one["version"] for one in heard(tab, 3)] == [3]
