"""One line of JSON a log record: ids, sizes and times, never a body, a token or a name."""

import logging
import re
import sys
import threading
from types import TracebackType
from typing import Any

import structlog

from core import defects

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# These speak of processes and connections in sentences of their own; what others say may be a path or a row.
_SPEAKERS = ("celery.", "kombu.", "uvicorn.", "gunicorn.")
_ECHO = "celery.redirected"
_TASK_FACTS = ("name", "id", "runtime")
# Names of tasks, and ids.
_HARMLESS = re.compile(r"[a-z_]+(\.[a-z_]+)+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def logging_config(level: str, hook: str = "") -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr, one JSON object a line, also what libraries say."""
    reporter = {"reporter": {"()": "config.reporting.Reporter", "hook": hook, "formatter": "json"}} if hook else {}
    plain = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [_in_its_own_words_alone, *_SHARED],
                "use_get_message": False,
                "pass_foreign_args": True,
                "processors": [
                    _where_it_broke,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}, **reporter},
        "root": {"handlers": ["stderr", *reporter], "level": level},
        "loggers": {
            # Django's request log names paths, and a path may hold a plate; core.requests writes the route instead.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "CRITICAL"},
            # axes writes user names and addresses.
            "axes": {"level": "ERROR"},
            # Servers bring handlers of their own, which write plain text.
            "uvicorn": {**plain, "level": "WARNING"},
            "uvicorn.error": plain,
            "uvicorn.access": {**plain, "level": "CRITICAL"},
            "gunicorn.error": {**plain, "level": "ERROR"},
            "gunicorn.access": {**plain, "level": "CRITICAL"},
        },
    }


def tell_everything_here() -> None:
    """Have warnings, and what ends a process or a thread, told in the same way."""
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, exc, places: _tell_end(exc)
    threading.excepthook = lambda ended: _tell_end(ended.exc_value)


def _tell_end(exc: BaseException | None) -> None:
    if isinstance(exc, Exception):
        structlog.get_logger("process").error("defect", exc_info=exc)


def _in_its_own_words_alone(logger: Any, method: str, said: dict[str, Any]) -> dict[str, Any]:
    """A library's line is told by its template: what it fills in may be a path, a row or an address."""
    record: logging.LogRecord = said["_record"]
    filled = said.pop("positional_args", None) or ()
    is_template = bool(filled) or record.name.startswith(_SPEAKERS)
    if not is_template or record.name == _ECHO:
        said["event"] = "said"
    said["where"] = f"{record.module}:{record.lineno}"
    if isinstance(filled, dict):
        said |= {f"task_{name}": filled[name] for name in _TASK_FACTS if name in filled}
    elif kept := [one for one in filled if _is_harmless(one)]:
        said["with"] = kept
    return said


def _is_harmless(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and _HARMLESS.fullmatch(value) is not None)


def _where_it_broke(logger: Any, method: str, said: dict[str, Any]) -> dict[str, Any]:
    """An exception is told by its kind and its places."""
    told = said.pop("exc_info", None)
    exc = told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told is True else told
    if isinstance(exc, BaseException):
        said |= defects.facts(exc) if isinstance(exc.__traceback__, TracebackType) else {"kind": type(exc).__name__}
    said.pop("stack_info", None)
    return said
