"""Which word does what, and how its end is told."""

import importlib
import sys
import traceback

from devkit import environment, stopping
from devkit.places import VAR
from devkit.progress import Trouble, say, tell_trouble

WORDS = {
    "up": "start everything, print the address and a login",
    "test": "run the tests with a database and a broker of their own; pytest's arguments may follow",
    "check": "format, lint, types, import contracts, schema, locks, deployment settings",
    "stack": "run the whole system for another program: --json [--fresh] [--workers N] [--catcher]",
    "schema": "write supabase/schema.sql and its picture anew",
    "doctor": "say what is missing on this machine",
    "bench": "run a measurement: NAME [its arguments]",
}
MODULES = {"test": "testing", "check": "checks"}
STOPPED_BY_HAND = 130


def main(arguments: list[str]) -> int:
    word, *rest = arguments or ["help"]
    if word not in WORDS:
        return _help(is_asked=word in ("help", "-h", "--help"))
    environment.forget_ours()
    stopping.listen()
    try:
        return int(importlib.import_module(f"devkit.{MODULES.get(word, word)}").main(rest))
    except Trouble as trouble:
        tell_trouble(trouble)
        return 1
    except stopping.Stopped:
        say("- Stopped.")
        return STOPPED_BY_HAND
    except Exception:
        return _own_fault()


def _own_fault() -> int:
    """A mistake in devkit itself: the reader gets a sentence, the log gets the rest."""
    log = VAR / "logs" / "dev.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(traceback.format_exc())
    tell_trouble(Trouble("This is a mistake in dev.py itself: send us the log.", log))
    return 1


def _help(is_asked: bool) -> int:
    lines = [f"  {word:8}{what}" for word, what in WORDS.items()]
    print("python3 dev.py WORD", *lines, sep="\n", file=sys.stdout if is_asked else sys.stderr)
    return 0 if is_asked else 2
