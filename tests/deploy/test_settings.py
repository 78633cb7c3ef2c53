"""The example of settings says what config/settings.py reads and docs/reference/settings.md tells."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.databases import ROOT
from tests.deploy import example

# gunicorn reads the one, compose's Postgres the other.
OTHERS = {"WEB_CONCURRENCY", "POSTGRES_PASSWORD"}
DUMP = """
import json, re
from django.conf import settings
found = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
plain = {name: float(value) if type(value) is int else value for name, value in found.items()}
print(json.dumps({name: re.sub(" at 0x[0-9a-f]+", "", repr(value)) for name, value in plain.items()}))
"""


def manage(env, *words):
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def settings_of(env):
    env = {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    ran = subprocess.run([sys.executable, "-c", DUMP], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def named_in_reference():
    """What stands between backticks in the first column of the table."""
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def test_every_setting_stands_in_the_example_once_and_none_is_unknown():
    names = [name for path in (example.SETTINGS, example.OWNER) for _, name, _ in example.lines(path)]

    assert sorted(names) == sorted(set(names))
    assert set(names) - OTHERS == example.read_by_settings()


def test_every_setting_stands_in_the_reference_and_none_is_unknown():
    assert named_in_reference() == example.read_by_settings() | OTHERS


def test_what_the_example_shows_as_a_default_is_the_default():
    plain = example.filled()
    follows = {
        name: value.replace("https://CHANGE-ME", plain["SUPABASE_URL"]) for name, value in example.shown_in().items()
    }
    follows["FILES_ORIGIN"] = plain["PUBLIC_BASE_URL"]
    # An address of the stream that is empty, and a sandbox that root cannot have, follow from elsewhere.
    shown = {**plain, **follows, "CHROMIUM_SANDBOX": "false" if os.geteuid() == 0 else "true"}

    assert settings_of(shown) == settings_of(plain)


def test_a_shell_reads_the_example_as_we_do(tmp_path):
    everything = re.sub(r"^#(?=[A-Z][A-Z0-9_]*=)", "", example.SETTINGS.read_text(), flags=re.MULTILINE)
    (tmp_path / "settings.env").write_text(everything)
    read = subprocess.run(
        ["sh", "-c", "set -a; . ./settings.env; exec env -0"], cwd=tmp_path, env={}, capture_output=True, check=True
    )
    found = dict(one.split("=", 1) for one in read.stdout.decode().split("\0") if one)

    wanted = {name: value for _, name, value in example.lines()}
    assert {name: found.get(name) for name in wanted} == wanted


def test_the_filled_example_is_safe_to_deploy():
    ran = manage(example.filled(), "check", "--deploy", "--fail-level", "WARNING")

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUPABASE_ANON_KEY", "CHANGE-ME"),
        ("PUBLIC_BASE_URL", "https://CHANGE-ME"),
        ("HTTPS_ONLY", "false"),
        ("DJANGO_DEBUG", "true"),
        ("WEBHOOK_ALLOW_PRIVATE", "true"),
        ("DJANGO_SECRET_KEY", "short"),
    ],
)
def test_what_is_not_filled_in_or_not_safe_is_not_deployed(name, value):
    env = {**example.filled(), name: value}
    ran = manage(env, "check", "--deploy", "--fail-level", "WARNING")

    assert ran.returncode == 1, f"{name}={value} went through"


def test_without_a_key_or_a_database_nothing_starts():
    for name in ("DJANGO_SECRET_KEY", "DATABASE_URL"):
        env = {key: value for key, value in example.filled().items() if key != name}
        assert manage(env, "check").returncode != 0
