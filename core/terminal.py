"""How far a command is: one line that grows in a terminal, and a line for every tenth in a file."""

import os
import time
from typing import Any

_WIDTH = 30


class Progress:
    """A bar on a command's stderr; its stdout stays what came of it."""

    def __init__(self, stream: Any, total: int) -> None:
        self.stream, self.total, self.done = stream, total, 0
        self._begun = time.monotonic()

    def step(self, done: int) -> None:
        """Say that so many are done by now."""
        before, self.done = self.done, done
        total = max(done, self.total)
        if not total:
            return
        if self.stream.isatty():
            bar = "█" * (done * _WIDTH // total)
            self.stream.write(
                f"\r{bar:░<{_WIDTH}} {done:,}/{total:,}  {self.rate:,.0f}/s", ending="\n" * (done == total)
            )
        elif done == total or done * 10 // total > before * 10 // total:
            self.stream.write(f"{done:,}/{total:,}")

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.done / max(time.monotonic() - self._begun, 0.001)


def language() -> str:
    """Hebrew where the terminal speaks it, else English."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "he" if said.lower().startswith("he") else "en"
