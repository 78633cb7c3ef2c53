"""What takes long waits in a queue of its own."""

from fnmatch import fnmatchcase

import pytest

from config.celery import QUICK, SLOW, app


@pytest.fixture
def ours():
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def queue_of(task):
    return app.amqp.router.route({}, task)["queue"].name


def test_every_rule_of_the_slow_queue_means_a_task_that_there_is(ours):
    unmatched = [rule for rule in app.conf.task_routes if not any(fnmatchcase(name, rule) for name in ours)]

    assert unmatched == []


def test_what_make_and_people_wait_for_is_never_behind_a_report(ours):
    quick = {name for name in ours if queue_of(name) == QUICK}

    assert {
        "make.tasks.deliver_outbox",
        "make.tasks.export_forgotten",
        "helpers.tasks.count_changes",
        "reminders.tasks.release_due",
        "reminders.tasks.mail_due",
        "files.message_tasks.send_message",
        "office.tasks.check_quickly",
    } <= quick
    assert {"files.report_tasks.render_report", "files.picture_tasks.look_at_pictures"} <= ours - quick


def test_a_worker_that_is_told_no_queue_takes_both():
    assert set(app.amqp.queues) == {QUICK, SLOW}
