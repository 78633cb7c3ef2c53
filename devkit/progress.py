"""How dev.py talks: one line for a step, its time, and one sentence when it fails."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

QUIET_SECONDS = 3.0
REMINDER_SECONDS = 10.0


class Trouble(Exception):
    """Something a person can mend, told in one sentence."""

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.log = log


class Voice:
    """The stream we talk on; `stack` keeps stdout for its JSON."""

    def __init__(self) -> None:
        self.is_on_stderr = False
        self.step: Step | None = None

    @property
    def stream(self) -> TextIO:
        return sys.stderr if self.is_on_stderr else sys.stdout

    @property
    def is_terminal(self) -> bool:
        return self.stream.isatty()

    def write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            pass  # the terminal has gone; what we run matters more than what we say


class Step:
    """A piece of work that tells how long it is taking."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self.next_word = QUIET_SECONDS

    def tick(self) -> None:
        spent = time.monotonic() - self.began
        if voice.is_terminal:
            voice.write(f"\r  {self.title} ... {spent:.0f} s\033[K")
        elif spent >= self.next_word:
            voice.write(f"  {self.title} ... {spent:.0f} s\n")
            self.next_word += REMINDER_SECONDS

    def end(self, mark: str) -> None:
        start = "\r" if voice.is_terminal else ""
        end = "\033[K\n" if voice.is_terminal else "\n"
        voice.write(f"{start}{mark} {self.title} ({time.monotonic() - self.began:.1f} s){end}")


voice = Voice()


def say(text: str) -> None:
    voice.write(f"{text}\n")


def tick() -> None:
    if voice.step:
        voice.step.tick()


@contextmanager
def step(title: str) -> Iterator[None]:
    voice.step = here = Step(title)
    try:
        yield
    except BaseException:
        here.end("x")
        raise
    else:
        here.end("-")
    finally:
        voice.step = None


def tell_trouble(trouble: Trouble) -> None:
    """One sentence and where to look; in CI, where nobody can look, the end of the log as well."""
    where = f" The log is {trouble.log}." if trouble.log else ""
    print(f"dev.py: {trouble.sentence}{where}", file=sys.stderr)
    if trouble.log and os.environ.get("CI") and trouble.log.exists():
        tail = trouble.log.read_text(errors="replace").splitlines()[-60:]
        print("\n".join(f"  | {line}" for line in tail), file=sys.stderr)
