"""HTML to PDF by a Chromium of this machine: one warm process for each of ours, spoken to over a pipe.

No port is open that others could speak to, and when our process dies the pipe breaks and the browser goes too.
Pages run no scripts and reach nothing: not the network, not a file, only what they bring along as data: addresses.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from files.report_rules import POLICY, Unprinted, written

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that lived through so many pages makes room for a new one.
_PAGES_OF_A_LIFE = 200
_PIECE = 1 << 20
# Where the page seems to lie: a name that never exists, answered by us alone.
_PAGE = "http://report.invalid/"
_FLAGS = (
    *("--headless", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars", "--mute-audio", "--no-first-run"),
    *("--no-default-browser-check", "--disable-extensions", "--disable-sync", "--disable-component-update"),
    *("--disable-background-networking", "--disable-breakpad", "--disable-dev-shm-usage", "--dns-prefetch-disable"),
    # No name and no address leads anywhere, not even to a proxy: what slips past the rules below finds no way out.
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://proxy.invalid:9"),
    "--proxy-bypass-list=<-loopback>",
    *("--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--font-render-hinting=none", "about:blank"),
)  # fmt: skip
_PAPER = {"printBackground": True, "preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69,
          "transferMode": "ReturnAsStream"}  # fmt: skip
# What a screen reader is told of each cell makes a long list eight times as large, and slower to print.
_MOST_TAGGED = 1 << 20

# The profile's name says whose it is: what a killed process left behind, the next browser of this machine removes.
_PROFILE = "backoffice-chromium-"
_CLEANED_IN = 2.0

_lock = threading.Lock()
_warm: "tuple[int, Browser] | None" = None


def path() -> str | None:
    """The browser's path; None where this machine has none."""
    if settings.CHROMIUM:
        return settings.CHROMIUM if os.access(settings.CHROMIUM, os.X_OK) else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def print_html(html: str, *, seconds: float, most_bytes: int) -> bytes:
    """The page as PDF; a browser that died meanwhile is replaced once.

    Raises Unprinted. One page at a time: who waits for the browser waits within `seconds`, too.
    """
    deadline = time.monotonic() + seconds
    if not _lock.acquire(timeout=seconds):
        raise Unprinted("timeout", again=True)
    try:
        try:
            return _browser().print_html(html, deadline, most_bytes)
        except _Gone:
            return _browser().print_html(html, deadline, most_bytes)
    except _Gone:
        raise Unprinted("browser_gone", again=True) from None
    finally:
        _lock.release()


def close() -> None:
    """End the warm browser of this process, if there is one."""
    global _warm
    if _warm and _warm[0] == os.getpid():
        _warm[1].end()
    _warm = None


def _browser() -> "Browser":
    """The warm browser; a process that was forked off makes its own."""
    global _warm
    if _warm and _warm[0] == os.getpid() and _warm[1].is_fit:
        return _warm[1]
    close()
    found = path()
    if found is None:
        raise Unprinted("no_renderer", again=True)
    _warm = (os.getpid(), Browser(found))
    return _warm[1]


class _Gone(Exception):
    """The browser hung up."""


class Browser:
    """One headless browser and the pipe to it."""

    def __init__(self, program: str) -> None:
        _forget_orphans()
        self.profile = tempfile.mkdtemp(prefix=f"{_PROFILE}{os.getpid()}-")
        self.is_fit, self.pages, self.last_id, self.unread = True, 0, 0, b""
        self.answers: dict[int, dict[str, Any]] = {}
        self.session, self.html = "", ""
        self.loaded: set[str] = set()
        theirs_in, self.out = _pipe()
        self.into, theirs_out = _pipe()
        try:
            self.pid = self._spawned(program, theirs_in, theirs_out)
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        os.set_blocking(self.out, False)

    def _spawned(self, program: str, theirs_in: int, theirs_out: int) -> int:
        words = [program, *_FLAGS, f"--user-data-dir={self.profile}"]
        if not settings.CHROMIUM_SANDBOX:
            words.append("--no-sandbox")
        # Nothing of our own environment: it holds the keys of the house.
        ours = {"HOME": self.profile, "TMPDIR": self.profile, "PATH": os.defpath, "LANG": "he_IL.UTF-8",
                "TZ": settings.TIME_ZONE}  # fmt: skip
        quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        pipes = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        return os.posix_spawn(program, words, ours, file_actions=[*quiet, *pipes], setpgroup=0)

    def end(self) -> None:
        """Kill the browser with all of its processes."""
        if not self.is_fit:
            return
        self.is_fit = False
        os.close(self.out)
        os.close(self.into)
        try:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # It went by itself, or somebody else's SIGCHLD handler took it away.
        _remove(self.profile)

    def print_html(self, html: str, deadline: float, most_bytes: int) -> bytes:
        """The page as PDF. Whatever fails ends the browser: what state it is in nobody knows."""
        try:
            self.session = self.session or self._opened(deadline)
            self.html, is_tagged = html, written(html) < _MOST_TAGGED
            page = self.call("Page.navigate", deadline, self.session, url=_PAGE)["loaderId"]
            while page not in self.loaded:
                self._hear(deadline)
            self.loaded.clear()
            told = {**_PAPER, "generateTaggedPDF": is_tagged}
            stream = self.call("Page.printToPDF", deadline, self.session, **told)["stream"]
            pdf = self._read(stream, self.session, deadline, most_bytes)
            self.call("IO.close", deadline, self.session, handle=stream)
        except BaseException:
            self.end()
            raise
        self.pages += 1
        if self.pages >= _PAGES_OF_A_LIFE:
            self.end()
        return pdf

    def _opened(self, deadline: float) -> str:
        """A tab that keeps nothing, runs no scripts, and asks us before it loads anything."""
        context = self.call("Target.createBrowserContext", deadline)["browserContextId"]
        target = self.call("Target.createTarget", deadline, url="about:blank", browserContextId=context)["targetId"]
        session: str = self.call("Target.attachToTarget", deadline, targetId=target, flatten=True)["sessionId"]
        for method, given in (
            ("Emulation.setScriptExecutionDisabled", {"value": True}),
            ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
            ("Page.enable", {}),
            ("Page.setLifecycleEventsEnabled", {"enabled": True}),
        ):
            self.call(method, deadline, session, **given)
        return session

    def _read(self, stream: str, session: str, deadline: float, most_bytes: int) -> bytes:
        found = bytearray()
        while True:
            piece = self.call("IO.read", deadline, session, handle=stream, size=_PIECE)
            data = piece["data"]
            found += base64.b64decode(data) if piece.get("base64Encoded") else data.encode()
            if len(found) > most_bytes:
                raise Unprinted("too_large")
            if piece["eof"]:
                return bytes(found)

    def call(self, method: str, deadline: float, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        asked = self._send(method, deadline, session, params)
        while asked not in self.answers:
            self._hear(deadline)
        answer = self.answers.pop(asked)
        if "error" in answer:
            raise Unprinted("unprintable")
        result: dict[str, Any] = answer["result"]
        return result

    def _send(self, method: str, deadline: float, session: str | None, params: dict[str, Any]) -> int:
        self.last_id += 1
        said: dict[str, Any] = {"id": self.last_id, "method": method, "params": params}
        if session:
            said["sessionId"] = session
        left = memoryview(json.dumps(said).encode() + b"\0")
        while left:
            self._ready([], [self.out], deadline)
            try:
                left = left[os.write(self.out, left) :]
            except BrokenPipeError:
                raise _Gone from None
        return self.last_id

    def _hear(self, deadline: float) -> None:
        """Take in what the browser says next."""
        self._ready([self.into], [], deadline)
        piece = os.read(self.into, _PIECE)
        if not piece:
            raise _Gone
        # A long message comes in many pieces; only the new one can hold its end.
        *whole, self.unread = (self.unread + piece).split(b"\0") if b"\0" in piece else [self.unread + piece]
        for text in whole:
            self._heard(json.loads(text), deadline)

    def _heard(self, said: dict[str, Any], deadline: float) -> None:
        if "id" in said:
            self.answers[said["id"]] = said
        elif said["method"] == "Fetch.requestPaused":
            self._decide(said, deadline)
        elif said["method"] == "Page.lifecycleEvent" and said["params"]["name"] == "load":
            self.loaded.add(said["params"]["loaderId"])
        elif said["method"] in {"Inspector.targetCrashed", "Target.targetCrashed"}:
            raise _Gone

    def _decide(self, said: dict[str, Any], deadline: float) -> None:
        """Answer the page itself with what is to be printed, once, and refuse the rest."""
        asked, html = said["params"], self.html
        mine = asked["request"]["url"] == _PAGE and html
        given: dict[str, Any] = {"requestId": asked["requestId"], "errorReason": "BlockedByClient"}
        if mine:
            self.html = ""
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": f"{POLICY}; sandbox"}
            given = {
                "requestId": asked["requestId"],
                "responseCode": 200,
                "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
                "body": base64.b64encode(html.encode()).decode(),
            }
        self._send("Fetch.fulfillRequest" if mine else "Fetch.failRequest", deadline, said["sessionId"], given)
        self.answers.pop(self.last_id, None)

    def _ready(self, reading: list[int], writing: list[int], deadline: float) -> None:
        if not any(select.select(reading, writing, [], max(0.0, deadline - time.monotonic()))):
            raise Unprinted("timeout", again=True)


def _remove(profile: str) -> None:
    """Remove a profile into which its dying processes still write for a moment."""
    until = time.monotonic() + _CLEANED_IN
    while True:
        shutil.rmtree(profile, ignore_errors=True)
        if not os.path.exists(profile) or time.monotonic() > until:
            return
        time.sleep(0.02)


def _forget_orphans() -> None:
    """Remove the profiles of processes that are no more, and what is left of an earlier one of our own."""
    for profile in Path(tempfile.gettempdir()).glob(f"{_PROFILE}*-*"):
        owner = profile.name.removeprefix(_PROFILE).partition("-")[0]
        if owner.isdigit() and (int(owner) == os.getpid() or not _lives(int(owner))):
            shutil.rmtree(profile, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # Somebody else's.
    return True


def _pipe() -> tuple[int, int]:
    """Two ends that stand clear of the numbers the browser expects its own at."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
