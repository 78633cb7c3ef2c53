"""`manage.py count_changes`: count what versions changed, where nobody did yet."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from core import acting
from helpers import counting
from helpers.models import CaseHelper

_WIDTH = 30
_EVERY_SECONDS, _IN_A_FILE_SECONDS = 0.2, 10


class Command(BaseCommand):
    """Shows a bar as it goes. Stop it whenever you like: what was counted stays, and it goes on from there."""

    help = "Counts the changes of versions that came past the back office; stop it and start it again as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        total = _uncounted()
        self.began = self.last_look = time.monotonic()
        done = failed = 0
        for one in counting.waiting():
            failed += not counting.settle(one)
            done += 1
            self.draw(done, max(total, done))
        if done:
            self.draw(done, max(total, done), is_last=True)
        self.stdout.write(f"{done - failed} counted" + (f", {failed} still wait (see the log)" if failed else ""))

    def draw(self, done: int, total: int, *, is_last: bool = False) -> None:
        """The bar, over itself on a terminal and a few times a minute in a file."""
        now, is_terminal = time.monotonic(), self.stdout.isatty()
        if now < self.last_look + (_EVERY_SECONDS if is_terminal else _IN_A_FILE_SECONDS) and not is_last:
            return
        self.last_look = now
        bar = "#" * (_WIDTH * done // total)
        rate = done / max(now - self.began, 0.001)
        end = "\n" if is_last or not is_terminal else ""
        start = "\r" if is_terminal else ""
        self.stdout.write(f"{start}[{bar:<{_WIDTH}}] {done:,}/{total:,}  {rate:,.0f} a second", ending=end)
        self.stdout.flush()


def _uncounted() -> int:
    with acting.acting(acting.SERVICE):
        return CaseHelper.objects.filter(changes=None).count()
