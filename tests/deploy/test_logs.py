"""What a line of log says of a failure: its kind and its place; never what it was about."""

import json
import os
import subprocess
import sys

import pytest

from tests.databases import ROOT

CANARY = "12345678 דנה canary@example.test"


def logged(code, **environment):
    """What a process with our logging writes while it runs this."""
    setup = "import django; django.setup()\nfrom config.logs import tell_everything_here; tell_everything_here()\n"
    setup += f"import logging; CANARY = {CANARY!r}\n"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    ran = subprocess.run(
        [sys.executable, "-c", setup + code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert ran.stdout == ""
    assert "12345678" not in ran.stderr
    assert "canary@" not in ran.stderr
    return [json.loads(line) for line in ran.stderr.splitlines()]


RAISED = """
try:
    raise ValueError(CANARY)
except ValueError:
    logging.getLogger({logger!r}).exception({template!r}, {args})
"""


@pytest.mark.parametrize(
    ("logger", "template", "args"),
    [
        ("gunicorn.error", "Error handling request %s", "CANARY"),
        ("uvicorn.error", "Exception in ASGI application\n", ""),
        ("django.security.csrf", "Forbidden (%s): %s", "CANARY, CANARY"),
        ("kombu.connection", "Cannot connect to %s", "CANARY"),
        ("some.library", "we said", ""),
        (
            "celery.app.trace",
            "Task %(name)s[%(id)s] %(description)s: %(exc)s",
            "{'name': 'a.b', 'id': '1', 'exc': CANARY}",
        ),
    ],
)
def test_a_library_that_fails_is_told_by_its_template_and_place(logger, template, args):
    [line] = logged(RAISED.format(logger=logger, template=template, args=args))

    assert line["logger"] == logger
    assert line["kind"] == "ValueError"
    assert line["frames"]


def test_what_a_library_says_without_a_template_is_not_repeated():
    [line] = logged("logging.getLogger('django.security.DisallowedHost').error('Invalid host: ' + CANARY)")

    assert line["event"] == "said"
    assert line["level"] == "error"


def test_a_task_is_told_by_name_and_id():
    code = "logging.getLogger('celery.app.trace').info('Task %(name)s[%(id)s] succeeded: %(return_value)s', "
    [line] = logged(code + "{'name': 'make.tasks.deliver_outbox', 'id': '5', 'return_value': CANARY})")

    assert (line["task_name"], line["task_id"]) == ("make.tasks.deliver_outbox", "5")


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError(CANARY)",
        "import threading; t = threading.Thread(target=lambda: int(CANARY)); t.start(); t.join()",
    ],
)
def test_what_ends_a_process_or_a_thread_is_told_without_its_words(code):
    [line] = logged(code)

    assert (line["event"], line["kind"]) == ("defect", "ValueError")


def test_a_warning_of_python_is_a_line_too():
    [line] = logged("import warnings; warnings.warn(CANARY)")

    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


def test_a_defect_is_told_to_the_hook_with_what_the_log_says(tmp_path):
    (tmp_path / "office_hook.py").write_text(
        f"import json\ndef tell(said):\n    open({str(tmp_path / 'told')!r}, 'a').write(json.dumps(said) + '\\n')\n"
    )
    code = RAISED.format(logger="gunicorn.error", template="Error handling request %s", args="CANARY")
    code += "logging.getLogger('x').warning('no defect')\nimport time; time.sleep(1)"
    [defect, _] = logged(code, ERROR_HOOK="office_hook:tell", PYTHONPATH=str(tmp_path))

    [told] = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert {**told, "timestamp": ""} == {**defect, "timestamp": ""}
    assert "12345678" not in json.dumps(told)


def test_a_hook_that_fails_harms_nobody(tmp_path):
    (tmp_path / "office_hook.py").write_text("def tell(said):\n    raise ValueError('12345678')\n")
    code = "logging.getLogger('x').error('first %s', 1)\nimport time; time.sleep(0.5)\n"
    code += "logging.getLogger('x').error('second %s', 2)"
    lines = logged(code, ERROR_HOOK="office_hook:tell", PYTHONPATH=str(tmp_path))

    assert [line["event"] for line in lines if line["logger"] == "x"] == ["first %s", "second %s"]
