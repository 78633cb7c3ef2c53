"""A throw-away project: what one would write in an afternoon, to measure ourselves against."""

import os

import environ

SECRET_KEY = "not-a-secret-of-anything"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.peers.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "simple_history",
    "bench.peers",
]
# Their tables are made in one go; there is no history of them to keep.
MIGRATION_MODULES = {"auth": None, "contenttypes": None}
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
# Kept connections as ours; everything else is Django's default.
DATABASES = {"default": {**environ.Env.db_url_config(os.environ["PEERS_DSN"]), "CONN_MAX_AGE": None}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
# No login, no throttle, no browsable pages: they have less to do than we have.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
