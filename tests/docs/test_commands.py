"""What the pages tell people to type or open is there: commands with their words, and addresses of the admin."""

import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import User
from devkit.words import WORDS
from tests.databases import ROOT
from tests.docs import pages

# Up to where the shell, a remark or the rest of the sentence begins.
MANAGE = re.compile(r"manage\.py ([a-z_]+(?: (?:--?[a-z-]+|\"[^\"]*\"|[^\s;&>#\"]+))*)")
DEV = re.compile(r"dev\.py ([a-z]+)")
# What the reader has to fill in.
HOLE = re.compile(r"[<…|{$]|\.\.\.")
OPERATIONS = pages.text(ROOT / "docs" / "how-to" / "operations.md")


def lines_of_code():
    """(page, line) for everything in code, on a line of its own or within one."""
    for page in pages.every_page():
        text = pages.text(page)
        for code in [*pages.spans(text), *(line for block in pages.blocks(text) for line in block.splitlines())]:
            yield page.relative_to(ROOT), code


def options(parser):
    """Every option of a command and of the verbs below it."""
    below = [verb for action in parser._actions if isinstance(action.choices, dict) for verb in action.choices.values()]
    return set(parser._option_string_actions).union(*map(options, below))


def typed(words, command):
    """None when the command takes these words, else what it says."""
    known = get_commands()
    if command not in known:
        return "no such command"
    parser = load_command_class(known[command], command).create_parser("manage.py", command)
    named = {word.partition("=")[0] for word in words if word.startswith("--")}
    if named - options(parser):
        return f"no option {named - options(parser)}"
    if any(HOLE.search(word) for word in words):
        return None
    try:
        parser.parse_args(words)
    except (CommandError, SystemExit) as trouble:
        # In the middle of a sentence a command is named without all it asks for.
        return None if "required" in str(trouble) else str(trouble)
    return None


def test_every_command_of_manage_py_takes_what_the_pages_tell_to_type():
    wrong = []
    for page, code in lines_of_code():
        for found in MANAGE.findall(code):
            command, *words = shlex.split(found)
            if said := typed(words, command):
                wrong.append(f"{page}: {found}: {said}")

    assert wrong == []


def test_every_word_of_dev_py_is_one():
    assert [(page, word) for page, code in lines_of_code() for word in DEV.findall(code) if word not in WORDS] == []


def test_a_command_that_is_none_would_be_seen():
    assert typed(["--rebuild"], "tracking") is None
    assert typed(["--rebuilt"], "tracking")
    assert typed(["--repair", "nothing"], "doctor")
    assert typed(["--nothing", "<name>"], "doctor")
    assert typed([], "nothing")


def admin_addresses():
    return sorted({code for code in pages.spans(OPERATIONS) if code.startswith("/admin/")})


@pytest.fixture
def manager(db):
    browser = Client()
    browser.force_login(User.objects.get(username="noam"), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_every_address_of_the_operations_page_opens_for_a_manager(manager):
    answers = {address: manager.get(address).status_code for address in admin_addresses()}

    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_an_address_that_is_none_would_be_seen(manager):
    assert manager.get("/admin/office/checkrun/nothing/").status_code == 404


def test_every_trouble_says_where_to_look_and_what_to_do():
    found = pages.rows(OPERATIONS)

    assert len(found) > 20
    assert [row for row in found if len(row) != 3 or not all(row)] == []
