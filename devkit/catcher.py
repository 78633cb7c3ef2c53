"""The built-in Make catcher: takes what we send, checks the signature, tells a person, and keeps no helper.

`dev.py up` runs it. To see what happens while Make is down, stop it (SIGTERM) and start it again by hand:

    python3 -m devkit.catcher --port N
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import re
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any

from devkit import keys
from devkit.places import VAR, Place, read_json
from devkit.ports import LOOPBACK

KEPT = 200
MOST_BYTES = 32 * 1024 * 1024
TOLERANCE_SECONDS = 300
# Whoever posts may write anything; only words like these get into the log and onto the page.
_WORD = re.compile(r"[\w.:-]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Caught:
    """One post, without what it carried."""

    at: str
    id: str
    type: str
    plate: str
    version: int | None
    signed: bool
    # Since the time the message names; None where it names none.
    ms: int | None
    again: bool
    size: int

    def __str__(self) -> str:
        about = f"{self.plate or '-'} v{self.version}" if self.version is not None else self.plate or "-"
        signed = "signed" if self.signed else "SIGNATURE WRONG"
        late = "?" if self.ms is None else f"{self.ms}"
        again = "  again" if self.again else ""
        return f"{self.type:24} {about:16} {signed}  {late} ms  {self.size} bytes{again}"


def is_signed(key: bytes, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures is that of Standard Webhooks, and not an old one."""
    moment = headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(now - int(moment)) > TOLERANCE_SECONDS:
        return False
    said = b"%b.%b.%b" % (headers.get("webhook-id", "").encode(), moment.encode(), body)
    expected = base64.b64encode(hmac.digest(key, said, hashlib.sha256))
    given = (one.partition(",") for one in headers.get("webhook-signature", "").split())
    return any(version == "v1" and hmac.compare_digest(text.encode(), expected) for version, _, text in given)


class Catch:
    """The last posts, newest first."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b64decode(secret.removeprefix("whsec_"))
        self.kept: deque[Caught] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes, now: float) -> Caught:
        with self._lock:
            caught = self._read(headers, body, now)
            self.kept.appendleft(caught)
        return caught

    def _read(self, headers: Mapping[str, str], body: bytes, now: float) -> Caught:
        said = _object(body)
        # HELPER_EXPORT has its own body, in which `data` is the helper: nothing is read from there.
        is_export = said.get("event") == "HELPER_EXPORT"
        facts = said if is_export else _inner(said)
        message = _word(headers.get("webhook-id"))
        version = facts.get("version")
        return Caught(
            at=datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            id=message,
            type="helper.export" if is_export else _word(said.get("type")) or "?",
            plate=_word(facts.get("plate_number" if is_export else "plate")),
            version=version if type(version) is int else None,
            signed=is_signed(self.key, headers, body, now),
            ms=_since(said.get("timestamp"), now),
            again=bool(message) and any(message == one.id for one in self.kept),
            size=len(body),
        )


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _inner(said: dict[str, Any]) -> dict[str, Any]:
    data = said.get("data")
    return data if isinstance(data, dict) else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _since(moment: object, now: float) -> int | None:
    try:
        began = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return round((now - began.timestamp()) * 1000) if began.tzinfo else None


class Door(BaseHTTPRequestHandler):
    """POST catches; GET shows a person the page, and a program the same as JSON."""

    catch: Catch
    protocol_version = "HTTP/1.1"
    server_version = "catcher"
    sys_version = ""
    timeout = 75
    # Small answers leave at once.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            self._answer(413 if length.isdecimal() else 411, b"")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        print(self.catch.take(headers, body, time.time()), flush=True)
        # Make's own words.
        self._answer(200, b"Accepted")

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, page(list(self.catch.kept)).encode(), "text/html; charset=utf-8")
        elif self.path == "/caught":
            told = json.dumps([asdict(one) for one in self.catch.kept])
            self._answer(200, told.encode(), "application/json")
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: what was caught has its own line."""


_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .35rem .6rem; border-bottom: 1px solid #8886; }
td { font-variant-numeric: tabular-nums; }
bdi { unicode-bidi: isolate; }
.no { color: light-dark(#b00020, #ff8a80); font-weight: 600; }
.soft { opacity: .75; }
"""
_HEADS = ("הגיע", "אירוע", "רכב", "גרסה", "חתימה", "השהיה", "גודל")


class House(ThreadingHTTPServer):
    """A server that does not wait for open connections when it ends."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hangs up is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def page(kept: list[Caught]) -> str:
    """What arrived, for a person; it looks again every two seconds."""
    rows = "".join(_row(one) for one in kept)
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f"""<!doctype html>
<html lang="he" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>קולט Make</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>קולט Make</h1>
<p class="soft">כל מה ש־Make היה מקבל מהמערכת: עד {KEPT} ההודעות האחרונות, החדשה ראשונה. התוכן עצמו אינו נשמר.</p>
{table if kept else "<p>עוד לא הגיע דבר.</p>"}
</body>
</html>
"""


def _row(one: Caught) -> str:
    local = datetime.fromisoformat(one.at).astimezone().strftime("%H:%M:%S")
    cells = [
        f'<time datetime="{one.at}">{local}</time>',
        html.escape(one.type) + (' <span class="no">שוב</span>' if one.again else ""),
        html.escape(one.plate) or "–",
        "–" if one.version is None else str(one.version),
        "תקינה" if one.signed else '<span class="no">שגויה</span>',
        "–" if one.ms is None else f"<bdi>{one.ms:,} ms</bdi>",
        f"<bdi>{one.size:,} B</bdi>",
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m devkit.catcher")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args(arguments).port
    secret = os.environ.get("WEBHOOK_SECRET") or read_json(keys.file_of(Place(VAR))).get("webhook_secret", "")
    if not secret:
        print("There is no secret yet: run dev.py up once, or set WEBHOOK_SECRET.", file=sys.stderr)
        return 1
    Door.catch = Catch(secret)
    with House((LOOPBACK, port), Door) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopper(server))
        print(f"Catching at http://{LOOPBACK}:{server.server_port}/", flush=True)
        server.serve_forever(poll_interval=0.1)
    return 0


def _stopper(server: ThreadingHTTPServer) -> Any:
    def stop(number: int, frame: FrameType | None) -> None:
        # Not from this thread: it is the one that serves, and would wait for itself.
        threading.Thread(target=server.shutdown).start()

    return stop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
