"""The same server settings as ours, so that only the work differs."""

import config.gunicorn as ours

worker_class = ours.worker_class
threads = ours.threads
keepalive = ours.keepalive
timeout = ours.timeout
accesslog = None
loglevel = "error"
