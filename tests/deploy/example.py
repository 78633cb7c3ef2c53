"""The example of settings as the machines read it: what it sets, what it shows, and a copy that is filled in."""

import ast
import os
import re
import secrets

from tests.databases import ROOT

SETTINGS, OWNER = ROOT / "deploy" / "settings.env.example", ROOT / "deploy" / "owner.env.example"
PLACEHOLDER = "CHANGE-ME"
_LINE = re.compile(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
# What a process needs of the machine itself.
_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


def lines(path=SETTINGS):
    """(is shown only, name, value) of each line that is a setting."""
    return [(bool(mark), name, value.strip('"')) for mark, name, value in _LINE.findall(path.read_text())]


def set_in(path=SETTINGS):
    return {name: value for is_shown, name, value in lines(path) if not is_shown}


def shown_in(path=SETTINGS):
    return {name: value for is_shown, name, value in lines(path) if is_shown}


def read_by_settings():
    """The variables that config/settings.py reads."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    ours = (call for call in calls if isinstance(call.func.value, ast.Name) and call.func.value.id == "env")
    return {call.args[0].value for call in ours if call.args}


def filled(**chosen):
    """The example as somebody fills it in, and what a process has of its machine."""
    made = {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(48),
        "SECOND_FACTOR_KEYS": secrets.token_urlsafe(48),
        "DATABASE_URL": "postgresql://backoffice_app:none@127.0.0.1:9/none",
        "ALLOWED_HOSTS": "office.example.test",
        "PUBLIC_BASE_URL": "https://office.example.test",
        "SUPABASE_URL": "https://project.supabase.example.test",
        "SUPABASE_ANON_KEY": "sb_publishable_example",
    }
    values = {**set_in(), **made, **chosen}
    assert not [name for name, value in values.items() if PLACEHOLDER in value], "the example has a new placeholder"
    return {name: os.environ[name] for name in _MACHINE if name in os.environ} | values
