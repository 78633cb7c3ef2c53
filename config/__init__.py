"""The project: settings, urls, and the Celery app that tasks register with."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
