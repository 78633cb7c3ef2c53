"""The README's five minutes, typed as they stand there into a real shell, against a running system."""

import json
import re
import subprocess

import pytest

from tests.cast import DANA
from tests.databases import ROOT
from tests.docs import pages
from tests.site import running_site


def five_minutes() -> str:
    part = pages.text(pages.README).partition("## Five minutes")[2].partition("\n## ")[0]
    [block] = pages.blocks(part)
    return block


def documents(said: str) -> list:
    """One JSON document after the other, as curl prints them."""
    found, decoder = [], json.JSONDecoder()
    while said := said.strip():
        document, end = decoder.raw_decode(said)
        found.append(document)
        said = said[end:]
    return found


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """What the shell prints: the first line, and the documents after it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "tests").symlink_to(ROOT / "tests")
    (folder / "var").mkdir()
    (folder / "var" / "token").write_text(DANA.token())
    with running_site() as site:
        script, port = re.subn(r"http://127\.0\.0\.1:\d+", site.base, five_minutes())
        assert port == 1
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        case, _, said = done.stdout.partition("\n")
        version_1 = site.call("GET", f"cases/{case}/helper/versions/1", DANA).json()
        current = site.call("GET", f"cases/{case}/helper", DANA).json()
        yield case, documents(said), version_1, current


def test_every_line_answers_what_the_readme_says(typed):
    case, (second, third, refused, compared, history, restored, versions), _, _ = typed

    assert re.fullmatch(r"[0-9a-f-]{36}", case)
    assert [second["version"], third["version"]] == [2, 3]
    assert (refused["code"], refused["details"]["current_version"]) == ("version_conflict", 3)
    assert [change["pointer"] for change in compared["changes"]] == ["/meta/step"]
    assert len(history) >= 2
    assert (restored["version"], restored["restored_from"]) == (4, 1)
    assert [row["version"] for row in versions] == [4, 3, 2, 1]


def test_version_4_holds_what_version_1_held(typed):
    _, _, version_1, current = typed

    assert current["version"] == 4
    assert current["helper"] == version_1["helper"]


def test_the_two_commands_stand_first():
    first, *_ = pages.blocks(pages.text(pages.README))

    assert [line.split("#")[0].strip() for line in first.splitlines() if line] == [
        "python3 dev.py up",
        "python3 dev.py test",
    ]
