"""What worker and beat write: the same lines as web, and a task goes by the id of the request that asked for it."""

import logging.config
from typing import Any

import structlog
from django.conf import settings

from config import logs

_REQUEST = "request_id"


def configure(**kwargs: Any) -> None:
    """Django's LOGGING instead of Celery's own."""
    logging.config.dictConfig(settings.LOGGING)
    logs.tell_everything_here()


def send_along(headers: dict[str, Any], **kwargs: Any) -> None:
    """A task that a request asks for has the id of the request with it."""
    if asked_by := structlog.contextvars.get_contextvars().get(_REQUEST):
        headers[_REQUEST] = asked_by


def bind(task_id: str, task: Any, **kwargs: Any) -> None:
    """All that is logged while a task runs names the task, and who asked for it."""
    asked_by = task.request.get(_REQUEST)
    said = {_REQUEST: asked_by} if asked_by else {}
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id, **said)


def forget(**kwargs: Any) -> None:
    structlog.contextvars.clear_contextvars()
