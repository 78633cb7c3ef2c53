"""How gunicorn serves: a few processes, a few threads each, one database connection a thread."""

import gc
import os
from io import StringIO

import django
from django.core.management import call_command
from django.db import connections

worker_class = "gthread"
threads = 4
# A request in hand is finished before a process goes: a deploy loses no save.
graceful_timeout = 30
timeout = 60
keepalive = 75
limit_request_line = 8190
accesslog = None
# All servers of a user would share the one socket in the home folder.
control_socket_disable = True
# gunicorn's own warnings quote the request line, and with it what somebody searched for.
loglevel = "error"


def on_starting(server: object) -> None:
    """Refuse to serve where Django's tables stand in reach of the API roles."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # That all is well is no line of a log.
    call_command("check", "--database", "default", "--tag", "database", stdout=StringIO())
    connections.close_all()


def post_worker_init(worker: object) -> None:
    """What is loaded once is never garbage: without it, looking for some takes a tenth of a second now and then."""
    gc.collect()
    gc.freeze()
