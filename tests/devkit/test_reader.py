"""What `dev.py up` shows of its services: what somebody would want to know, and not that all is as ever."""

import json
import os

from celery.app import trace

from devkit.crew import Service
from devkit.reader import LARGE_BITE, Reader

# As celery.beat writes it; it has no name there.
SENDING = "Scheduler: Sending due task %s (%s)"


def line(logger, event, level="info"):
    return json.dumps({"event": event, "where": "x:1", "level": level, "logger": logger})


def shown(crew, capsys, *lines):
    """What comes to the terminal of what a service has in its log, and the log."""
    member = crew.start(Service("worker", ["sleep", "300"], os.environ, lambda member: member.has_said(b"ready.")))
    reader = Reader(crew)
    with open(member.log, "a") as log:
        log.writelines(f"{one}\n" for one in lines)
    capsys.readouterr()
    while True:
        before = dict(reader.places)
        reader.read()
        if reader.places == before:
            lines = capsys.readouterr().out.splitlines()
            assert {one.partition(" | ")[0].strip() for one in lines} == {"worker"}
            return [one.partition(" | ")[2] for one in lines], member


def test_tasks_that_come_and_go_are_not_shown_and_stay_in_the_file(crew, capsys):
    routine = [
        line("celery.beat", SENDING),
        line("celery.worker.strategy", trace.LOG_RECEIVED),
        line("celery.app.trace", trace.LOG_SUCCESS),
    ]

    found, member = shown(crew, capsys, line("celery.apps.worker", "%s ready."), *routine * 1000)

    assert found == [line("celery.apps.worker", "%s ready.")]
    assert member.log.stat().st_size > LARGE_BITE
    assert member.is_serving
    assert member.has_said(b"Sending due task")


def test_everything_else_is_shown(crew, capsys):
    told = [
        line("celery.beat", "beat: Starting..."),
        line("celery.beat", SENDING, level="error"),
        line("celery.app.trace", trace.LOG_FAILURE, level="error"),
        line("celery.app.trace", trace.LOG_RETRY),
        line("delivery", "not delivered"),
        line("make", trace.LOG_RECEIVED),
        'Traceback of "celery.beat"',
        '["celery.beat"]',
        '{"logger": "celery.beat", "level": "info", "event": null}',
    ]

    found, _ = shown(crew, capsys, *told)

    assert found == told
