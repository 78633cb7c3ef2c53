"""How gunicorn serves: a few processes, a few threads each, one database connection a thread."""

worker_class = "gthread"
threads = 4
# A request in hand is finished before a process goes: a deploy loses no save.
graceful_timeout = 30
timeout = 60
keepalive = 75
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
accesslog = None
