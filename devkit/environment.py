"""The environment variables that Django, Celery and the tests run with."""

import hashlib
import json
import os
from collections.abc import Mapping

from devkit import statics, tokens
from devkit.keys import Keys
from devkit.servers import Servers

GIVEN_BY_US = "DEVKIT_GAVE"
ISSUER = "http://127.0.0.1/auth/v1"
AUDIENCE = "authenticated"
# Webhooks stay on this machine, unless the person says otherwise.
AT_HOME = {"WEBHOOK_ALLOW_PRIVATE": "1", "WEBHOOK_ALLOWED_HOSTS": ""}


def of(keys: Keys, servers: Servers) -> dict[str, str]:
    """What the children get: our defaults, the caller's wishes over them, and the servers we found."""
    env = {
        **_defaults(keys),
        **({"CACHE_URL": servers.cache_url} if servers.cache_url else {}),
        **os.environ,
        "DATABASE_URL": servers.app_url,
        "OWNER_DATABASE_URL": servers.owner_url,
        "CELERY_BROKER_URL": servers.broker_url,
    }
    secret, issuer = env["SUPABASE_JWT_SECRET"], env["SUPABASE_JWT_ISSUER"]
    env.setdefault("SUPABASE_ANON_KEY", tokens.for_role("anon", secret=secret, issuer=issuer))
    env.setdefault("SUPABASE_SERVICE_ROLE", tokens.for_role("service_role", secret=secret, issuer=issuer))
    return env


def for_catcher(url: str) -> dict[str, str]:
    """The demo posts to the catcher; when it was away, nobody wants to wait five minutes for the second retry."""
    return {"WEBHOOK_BASE_URL": url, "WEBHOOK_RETRY_SECONDS": ",".join(["5"] * 100 + ["300"] * 100)}


def reached_at(base: str) -> dict[str, str]:
    """Links to files lead to where the demo is; whoever has a better address for it says so."""
    return {"PUBLIC_BASE_URL": base}


def of_servers(env: Mapping[str, str]) -> dict[str, str]:
    """What the servers get: the schema owner's login is for migrations, the demo's secrets are for seeding."""
    return {name: value for name, value in env.items() if name != "OWNER_DATABASE_URL" and not name.startswith("DEMO_")}


def _defaults(keys: Keys) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SECRET_KEY": keys.django_secret_key,
        "DJANGO_DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS_ONLY": "0",  # loopback speaks plain http
        "STATIC_ROOT": str(statics.FOLDER),
        "SUPABASE_JWT_SECRET": keys.jwt_secret,
        "SUPABASE_JWT_ISSUER": ISSUER,
        "SUPABASE_JWT_AUDIENCE": AUDIENCE,
        # A demo is looked at at once; who wants to see the second factor names the roles.
        "SECOND_FACTOR_ROLES": "",
        "WEBHOOK_SECRET": keys.webhook_secret,
        "DEMO_PASSWORD": keys.demo_password,
        "DEMO_GATEWAY_KEY_A": keys.gateway_key_a,
        "DEMO_GATEWAY_KEY_B": keys.gateway_key_b,
        "PYTHONUNBUFFERED": "1",
    }


def mark_as_ours(env: Mapping[str, str]) -> dict[str, str]:
    """Say which variables are our doing, so that a dev.py started inside does not take them for wishes."""
    ours = {name: _mark(value) for name, value in env.items() if os.environ.get(name) != value}
    return {**env, GIVEN_BY_US: json.dumps(ours)}


def forget_ours() -> None:
    """Drop what an outer dev.py gave us, unless someone has changed it since."""
    for name, mark in json.loads(os.environ.pop(GIVEN_BY_US, "{}")).items():
        if name in os.environ and _mark(os.environ[name]) == mark:
            del os.environ[name]


def _mark(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]
