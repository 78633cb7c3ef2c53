"""Work that beat starts by itself."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from config.celery import app
from office.tasks import forget_expired_sessions


def test_every_entry_of_the_schedule_names_a_task_that_exists():
    app.loader.import_default_modules()

    assert app.conf.beat_schedule
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_expired_sessions_are_forgotten_and_others_stay(db):
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))

    forget_expired_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
