"""The Celery app and the whole beat schedule."""

import os

from celery import Celery, signals
from celery.schedules import crontab
from kombu.entity import Queue

from config import task_logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("backoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["files"], related_name="picture_tasks")
app.autodiscover_tasks(["files"], related_name="report_tasks")
app.autodiscover_tasks(["files"], related_name="message_tasks")
app.autodiscover_tasks(["files"], related_name="cabinet_tasks")
app.autodiscover_tasks(["reminders"], related_name="rule_tasks")
app.autodiscover_tasks(["office"], related_name="list_tasks")
app.autodiscover_tasks(["office"], related_name="backup_tasks")

# What takes seconds or minutes has workers of its own, so that nothing told to Make and no reminder waits behind it.
QUICK, SLOW = "celery", "slow"
_SLOW_TASKS = (
    "files.picture_tasks.*",
    "files.report_tasks.*",
    "files.cabinet_tasks.*",
    "files.tasks.check_files",
    "files.tasks.sweep_storage",
    "helpers.tasks.fold_versions",
    "office.backup_tasks.*",
    "office.list_tasks.*",
    # Not the quick checks: they are what tells that nobody takes slow work.
    "office.tasks.check_all",
    "office.tasks.check_missed",
    "office.tasks.check_one",
    "office.tasks.repair",
    "reminders.rule_tasks.run_rules",
)
# A worker that is given no `-Q` takes both.
app.conf.task_queues = [Queue(QUICK), Queue(SLOW)]  # type: ignore[no-untyped-call]
app.conf.task_routes = {task: {"queue": SLOW} for task in _SLOW_TASKS}

# The first of them comes before Celery warns of anything.
signals.celeryd_init.connect(task_logs.configure)
signals.setup_logging.connect(task_logs.configure)
signals.before_task_publish.connect(task_logs.send_along)
signals.task_prerun.connect(task_logs.bind)
signals.task_postrun.connect(task_logs.forget)

app.conf.beat_schedule = {
    "forget-expired-sessions": {
        "task": "office.tasks.forget_expired_sessions",
        "schedule": crontab(hour="3", minute="10"),
    },
    # The ear of a worker is quicker; this is the guarantee.
    "deliver-outbox": {"task": "make.tasks.deliver_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "count-changes": {"task": "helpers.tasks.count_changes", "schedule": 5.0, "options": {"expires": 5}},
    "fold-versions": {"task": "helpers.tasks.fold_versions", "schedule": crontab(hour="3", minute="30")},
    "export-forgotten": {"task": "make.tasks.export_forgotten", "schedule": 60.0, "options": {"expires": 60}},
    "forget-old-answers": {"task": "make.tasks.forget_old_answers", "schedule": crontab(hour="3", minute="20")},
    "sweep-onedrive": {"task": "files.tasks.sweep_onedrive", "schedule": 60.0, "options": {"expires": 60}},
    "look-at-pictures": {"task": "files.picture_tasks.look_at_pictures", "schedule": 5.0, "options": {"expires": 5}},
    "check-files": {"task": "files.tasks.check_files", "schedule": crontab(hour="1", minute="10")},
    "sweep-storage": {"task": "files.tasks.sweep_storage", "schedule": crontab(hour="2", minute="50")},
    "forget-old-logs": {"task": "office.tasks.forget_old_logs", "schedule": crontab(hour="3", minute="40")},
    "render-reports": {"task": "files.report_tasks.render_reports", "schedule": 5.0, "options": {"expires": 5}},
    "send-messages": {"task": "files.message_tasks.send_messages", "schedule": 15.0, "options": {"expires": 15}},
    "release-reminders": {"task": "reminders.tasks.release_due", "schedule": 3.0, "options": {"expires": 3}},
    "mail-reminders": {"task": "reminders.tasks.mail_due", "schedule": 15.0, "options": {"expires": 15}},
    "check-quickly": {"task": "office.tasks.check_quickly", "schedule": 300.0, "options": {"expires": 300}},
    "check-all": {"task": "office.tasks.check_all", "schedule": crontab(hour="4", minute="20")},
    # On the first day, or where the machine was off at night.
    "check-missed": {"task": "office.tasks.check_missed", "schedule": crontab(minute="35")},
    "forget-list-files": {"task": "office.list_tasks.forget_list_files", "schedule": crontab(hour="4", minute="5")},
    "forget-cabinets": {"task": "files.cabinet_tasks.forget_cabinets", "schedule": crontab(minute="25")},
    "follow-rules": {"task": "reminders.rule_tasks.follow_rules", "schedule": 60.0, "options": {"expires": 60}},
    # Does nothing while BACKUP_FOLDER is empty.
    "backup": {"task": "office.backup_tasks.back_up", "schedule": crontab(hour="0", minute="40")},
    "tell-colleagues": {"task": "office.tasks.tell_colleagues", "schedule": 15.0, "options": {"expires": 15}},
    "run-rules": {"task": "reminders.rule_tasks.run_rules", "schedule": crontab(hour="0", minute="15")},
}
