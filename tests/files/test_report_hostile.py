"""Pages that would read files or reach the network: sanitised, or to the browser as they came, none does."""

# ruff: noqa: E501, S104

import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from files import chromium, gotenberg, proving, sanitising
from files.report_rules import Unprinted
from tests.files.reporting import browser, buckets, picture, text_of, warm_browser  # noqa: F401

# Canaries: the loopback in 38 spellings, each with the port of a server that notes who calls.
SPELLINGS = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001"),
    *("0177.0.0.1", "0177.1", "127.000.000.001", "0", "0.0.0.0", "00000000", "0x0", "127.0.0.2", "127.255.255.254"),
    *("localhost", "LOCALHOST", "localhost.", "LocalHost.localdomain", "a.localhost", "127.0.0.1.", "[::1]"),
    *("[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "user@127.0.0.1", "127.0.0.1%2f", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("127．0．0．1", "0x7F.0x0.0x0.0x1", "0177.0x0.0.1"),
]
FILE = "file:///etc/passwd"
# Each says U where an address stands.
PAGES = [
    '<img src="U">',
    '<img srcset="U 1x, U 2x">',
    '<picture><source srcset="U"><img src="U"></picture>',
    '<iframe src="U" width="600" height="400"></iframe>',
    '<iframe srcdoc="&lt;img src=U&gt;&lt;iframe src=U&gt;"></iframe>',
    '<frameset><frame src="U"></frameset>',
    '<object data="U" width="600" height="400"></object>',
    '<object type="text/html" data="U"><embed src="U"></object>',
    '<embed src="U" type="text/plain">',
    '<meta http-equiv="refresh" content="0; url=U">',
    '<meta http-equiv="refresh" content="0;U"><meta http-equiv="refresh" content="1;URL=\'U\'">',
    '<link rel="stylesheet" href="U">',
    '<link rel="dns-prefetch" href="U"><link rel="preconnect" href="U">',
    '<link rel="prefetch" href="U"><link rel="preload" as="image" href="U"><link rel="prerender" href="U">',
    '<link rel="icon" href="U"><link rel="manifest" href="U"><link rel="modulepreload" href="U">',
    '<base href="U"><img src="picture.png"><a href="more">x</a>',
    "<style>@import 'U';</style>",
    "<style>@import url(U) print; @IMPORT url('U');</style>",
    "<style>@\\69mport 'U';</style>",
    "<style>@font-face{font-family:x;src:url(U)} body{font-family:x}</style><p>אבג</p>",
    "<style>body{background:url(U)}</style>",
    "<style>body{background:u\\72l(U)} p{background-image:\\75 rl('U')}</style><p>x</p>",
    "<style>body{background-image:image-set('U' 1x)} p{background:-webkit-image-set(url(U) 1x)}</style><p>x</p>",
    "<style>li{list-style-image:url(U)} p::before{content:url(U)} p{cursor:url(U),auto}</style><ul><li>x</ul><p>y</p>",
    "<style>@media print{body{border-image:url(U) 1;mask:url(U#m);filter:url(U#f)}}</style>",
    "<style>@page{background:url(U);@top-left{content:url(U)}}</style>",
    "<style>@namespace url(U); @document url(U){p{color:red}} @property --x{syntax:'<url>';initial-value:url(U)}</style>",
    "<style>:root{--x:url(U)} body{background:var(--x)}</style>",
    "<style>p{width:expression(document.images[0].src='U');behavior:url(U);-moz-binding:url(U)}</style><p>x</p>",
    '<p style="background:url(U)">x</p><p style=\'background:url("U")\'>y</p>',
    '<table background="U"><tr><td background="U">x</table><body background="U">',
    '<svg width="50" height="50"><image href="U" xlink:href="U" width="50" height="50"/></svg>',
    '<svg width="90" height="90"><foreignObject width="90" height="90"><img src="U"><iframe src="U"></foreignObject></svg>',
    '<svg><use href="U#x"/><style>@import "U";</style><script href="U"/></svg>',
    '<svg><a href="U"><feImage href="U"/></a><filter id="f"><feImage href="U"/></filter></svg>',
    '<video src="U" poster="U" autoplay></video><audio src="U" autoplay></audio><track src="U">',
    '<script src="U"></script><script>fetch("U");new Image().src="U";location="U";document.write(1234567)</script>',
    "<img src=x onerror=\"this.src='U'\"><body onload=\"location='U'\"><details open ontoggle=\"fetch('U')\">",
    '<form action="U" id=f><input type=image src="U" autofocus onfocus="f.submit()"><button formaction="U">x</form>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=U&gt;"></math><noscript><img src="U"></noscript>',
    '<a href="U" ping="U">x</a><area href="U"><blockquote cite="U">q</blockquote><a href="javascript:fetch(\'U\')">y</a>',
    '<script type="speculationrules">{"prerender":[{"source":"list","urls":["U"]}]}</script><portal src="U"></portal>',
]


class Canary:
    """A server that notes each connection."""

    def __init__(self):
        canary = self
        self.hits = 0

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                canary.hits += 1

        self.server = socketserver.ThreadingTCPServer(("0.0.0.0", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def canary():
    found = Canary()
    yield found
    found.server.shutdown()
    found.server.server_close()


def whole(body):
    return f'<!doctype html><html dir="rtl"><body><p>שלום עולם</p>{body}</body></html>'


def printed(html):
    return chromium.print_html(html, seconds=60, most_bytes=10**7)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_that_acts_or_leads_elsewhere_is_left_of_a_page(page):
    left = sanitising.clean(whole(page.replace("U", "http://canary.test:81/x")))

    assert "שלום עולם" in left
    for word in ("canary", "<script", "<iframe", "<object", "<embed", "<svg", "<link", "<base", "http-equiv", "@import",
                 "@font-face", " on", "expression", "javascript"):  # fmt: skip
        assert word not in left.lower(), left


@pytest.mark.browser
@pytest.mark.parametrize("is_cleaned", [True, False], ids=["sanitised", "engine alone"])
def test_no_page_reaches_a_server_in_any_spelling(browser, canary, is_cleaned):  # noqa: F811
    assert len(SPELLINGS) == 38
    assert len(PAGES) >= 40
    for page in PAGES:
        html = "".join(page.replace("U", f"http://{host}:{canary.port}/c") for host in SPELLINGS)
        printed(sanitising.clean(whole(html)) if is_cleaned else whole(html))

    assert canary.hits == 0


@pytest.mark.browser
@pytest.mark.parametrize("is_cleaned", [True, False], ids=["sanitised", "engine alone"])
def test_no_page_reads_a_file(browser, is_cleaned, tmp_path):  # noqa: F811
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-OF-A-FILE")
    for page in PAGES:
        html = whole("".join(page.replace("U", address) for address in (f"file://{secret}", FILE, "chrome://version")))
        text = text_of(printed(sanitising.clean(html) if is_cleaned else html))

        assert "CANARY-OF" not in text
        assert "root:" not in text
        assert "1234567" not in text


@pytest.mark.browser
def test_the_canary_sings_where_nobody_holds_a_page_back(canary):
    # Or the tests above would prove nothing.
    import socket

    socket.create_connection(("127.0.0.1", canary.port)).close()
    for _ in range(100):
        if canary.hits:
            break
        threading.Event().wait(0.02)
    assert canary.hits == 1


def test_looks_are_kept():
    page = (
        '<html dir="rtl" lang="he"><head><title>דוח</title><style>@page{size:A4;margin:1cm;@bottom-center{content:counter(page)}}'
        "td>b{color:#123;width:calc(1px + 2px)} @media print{p{display:flex}}</style></head>"
        f'<body class="x"><p style="color:red">שלום</p><img src="{picture(4, 4)}" width="40"><table><tr><td colspan="2">א'
    )

    left = sanitising.clean(page)

    for kept in (
        '<html dir="rtl" lang="he">',
        "<title>דוח</title>",
        "@page",
        "counter(page)",
        "calc(1px + 2px)",
        "display:flex",
        'style="color:red;"',
        'src="data:image/jpeg;base64,',
        'colspan="2"',
        '<body class="x">',
    ):
        assert kept in left


def test_a_style_cannot_be_left_by_a_trick():
    left = sanitising.clean("<style>p::before{content:'</sty' 'le><img src=x>'} a{b:'\\3c/style><script>'}</style><p>x")

    assert left.count("</style>") == left.count("<style>") <= 1
    assert "<script" not in left


def test_deep_and_broken_pages_end():
    for page in (
        "<div>" * 20_000,
        "<style>" + "@media print{" * 5000,
        "<" * 50_000,
        "<style>a{b:" + "calc(" * 5000,
        "",
    ):
        assert "</html>" in sanitising.clean(page)


def test_pictures_leave_the_page_for_gotenberg():
    page, pictures = gotenberg._apart(f'<img alt="" src="{picture(4, 4)}"><img src="x.png">')

    assert page == '<img alt="" src="picture-1.jpeg"><img src="x.png">'
    assert pictures["picture-1.jpeg"].startswith(b"\xff\xd8")


@pytest.mark.browser
class TestProof:
    def proof(self, body, **wanted):
        return proving.prove(printed(f'<html dir="rtl"><body>{body}</body></html>'), proving.Wanted(**wanted))

    def test_a_code_that_is_painted_the_wrong_way_round_is_missing(self, browser):  # noqa: F811
        words = "קדמי"
        good = self.proof(f'<p>פגוש {words} <bdi dir="ltr">66747-E298</bdi> בלבד</p>', codes=("66747-E298",))
        bad = self.proof(f"<p>פגוש {words} <span>66747-E298</span> בלבד</p>", codes=("66747-E298",))

        assert good.holds
        assert bad.facts["missing"] == ["66747-E298"]

    def test_hebrew_that_runs_backwards_is_seen(self, browser):  # noqa: F811
        words = ("שלום", "חלקים", "מוסך", "פגוש")
        good = self.proof(f"<p>{' '.join(words)}</p>", words=words)
        bad = self.proof(f'<p style="unicode-bidi:bidi-override;direction:ltr">{" ".join(words)}</p>', words=words)

        assert good.holds
        assert bad.wrong == ["hebrew_reversed"]

    def test_a_code_broken_over_two_lines_is_found(self, browser):  # noqa: F811
        cell = '<div style="width:60px;word-break:break-all"><bdi dir="ltr">A2059061704KZ-9999</bdi></div>'

        assert self.proof(f"<p>שלום</p>{cell}", codes=("A2059061704KZ-9999",)).holds

    def test_too_many_pages_are_not_published(self, browser):  # noqa: F811
        proof = self.proof('<p>א</p><div style="break-before:page">ב</div>' * 3, most_pages=2)

        assert proof.wrong == ["too_many_pages"]


@pytest.mark.browser
def test_a_page_that_takes_for_ever_ends_the_browser_and_the_next_one_prints(browser):  # noqa: F811
    endless = '<div style="height:900000000px;columns:9000">א</div>' + "<table>" * 400 + "<p>ב" * 200_000
    with pytest.raises(Unprinted):
        chromium.print_html(endless, seconds=0.3, most_bytes=10**7)

    assert printed(whole("")).startswith(b"%PDF-")


@pytest.mark.browser
def test_a_browser_that_was_killed_is_replaced(browser):  # noqa: F811
    printed(whole(""))
    os.killpg(chromium._warm[1].pid, signal.SIGKILL)

    assert printed(whole("")).startswith(b"%PDF-")


@pytest.mark.browser
def test_no_browser_leaves_its_profile_behind(browser, monkeypatch):  # noqa: F811
    chromium.close()
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    # Not pytest's own folder: a browser puts a socket there, whose path must be short.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        place = Path(folder)
        (place / f"backoffice-chromium-{gone.pid}-killed" / "Default").mkdir(parents=True)
        (place / "backoffice-chromium-1-alive").mkdir()

        printed(whole(""))
        assert len(list(place.iterdir())) == 2
        chromium.close()

        assert [left.name for left in place.iterdir()] == ["backoffice-chromium-1-alive"]
