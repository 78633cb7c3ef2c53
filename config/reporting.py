"""Telling somebody else of a defect: the function that ERROR_HOOK names gets what the log says, and nothing more."""

import json
import logging
from threading import BoundedSemaphore, Thread
from typing import Any

from django.utils.module_loading import import_string

_AT_ONCE = 4


class Reporter(logging.Handler):
    """Hands each line of level ERROR to the hook, on a thread of its own: nobody waits for it, or fails by it."""

    def __init__(self, hook: str) -> None:
        super().__init__(logging.ERROR)
        self.hook = hook.replace(":", ".")
        # A storm of errors is told by its first ones.
        self.places = BoundedSemaphore(_AT_ONCE)

    def emit(self, record: logging.LogRecord) -> None:
        if self.places.acquire(blocking=False):
            Thread(target=self._tell, args=[json.loads(self.format(record))], daemon=True).start()

    def _tell(self, said: dict[str, Any]) -> None:
        try:
            import_string(self.hook)(said)
        except Exception as exc:
            logging.getLogger("reporting").warning("the error hook failed: %s", type(exc).__name__)
        finally:
            self.places.release()
