"""The client's modules without a browser, by Node's own test runner against a small real office."""

import os
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_modules_pass_their_own_tests(file):
    command = ["node", "--no-warnings", "--test", "--test-reporter=tap", file]
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=120
    )

    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert passed
    assert int(passed[1]) > 5
