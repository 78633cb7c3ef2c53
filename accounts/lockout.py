"""Staff hear when a login is locked out after too many wrong passwords; not whose it is, or from where."""

from typing import Any

from axes.signals import user_locked_out
from django.dispatch import receiver

from core.notices import WARN, Notice, tell


@receiver(user_locked_out)
def note_lock_out(**kwargs: Any) -> None:
    """Leave a note for staff."""
    tell(Notice(WARN, "login", "locked_out", "Too many wrong passwords: a login is locked for a while."))
