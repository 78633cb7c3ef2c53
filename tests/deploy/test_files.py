"""Dockerfile, compose and units: nothing here builds or starts them, so they are read, and their commands are run."""

import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from config import gunicorn
from devkit import system
from tests.databases import ROOT
from tests.deploy import example, processes

OURS = ("web", "events", "worker", "slow-worker", "beat")
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
# Where a place differs: addresses, how many, and where beat keeps its schedule.
_PLACES = {"--bind", "--host", "--port", "--workers", "-c", "-n", "--schedule", "--loglevel"}


def program(command):
    """A command without what differs from place to place; `-c config/gunicorn.py` is no such thing."""
    words, kept = [str(word) for word in command[1:]], []
    while words:
        word = words.pop(0)
        if (word in _PLACES and not words[0].endswith(".py") and "uvicorn" not in kept) or word in {"--host", "--port"}:
            words.pop(0)
        else:
            kept.append(word)
    return kept


def stack_commands():
    """What `dev.py up` runs, and all tests with it."""

    class Place:
        folder = ROOT / "var"

    class Crew:
        place = Place

    (ROOT / "var").mkdir(exist_ok=True)
    workers = [system._worker({}), system._slow_worker({})]
    services = [system._web({}, 1, 2), system._events({}, 1), *workers, system._beat({}, Crew)]
    return {service.name: service.command for service in services}


@pytest.mark.parametrize("name", OURS)
def test_compose_and_systemd_start_what_the_tests_start(name):
    tried = program(stack_commands()[name])

    assert program(processes.compose_commands()[name]) == tried
    [unit_command] = processes.unit_commands()[name]
    assert program(unit_command) == tried


def test_compose_has_every_process_and_what_it_leans_on():
    services = processes.compose()["services"]

    assert set(services) == {*OURS, "migrate", "redis", "gotenberg", "postgres"}
    assert services["postgres"]["profiles"] == ["postgres"], "Supabase's is the other way"
    for name in OURS:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["env_file"] == ["settings.env"], "the schema owner's login is for migrate alone"
    assert services["migrate"]["env_file"] == ["settings.env", "owner.env"]


def test_compose_names_only_variables_of_the_examples():
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    known = {name for path in (example.SETTINGS, example.OWNER) for _, name, _ in example.lines(path)}
    ours = {name for name in OURS for name in processes.compose()["services"][name]["environment"]}

    assert set(re.findall(r"\$\{([A-Z_]+)", text)) | ours <= known


def test_compose_names_only_volumes_and_networks_it_has():
    found = processes.compose()
    for name, service in found["services"].items():
        volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(found["volumes"]), name
        assert set(service["networks"]) <= set(found["networks"]), name
    assert found["networks"]["inside"] == {"internal": True}
    assert found["services"]["gotenberg"]["networks"] == ["inside"], "a page that is printed reaches nobody"


def test_nothing_but_the_proxys_ports_is_open_and_to_this_machine_alone():
    ports = {name: service["ports"] for name, service in processes.compose()["services"].items() if "ports" in service}

    assert ports == {"web": ["127.0.0.1:8000:8000"], "events": ["127.0.0.1:8001:8001"]}


def test_gotenberg_has_the_flags_of_its_page():
    page = (ROOT / "docs" / "how-to" / "gotenberg.md").read_text()

    assert processes.compose_commands()["gotenberg"][1:] == re.findall(r"--[a-z-]+(?:=\S*)?", page)


def test_the_image_has_what_compose_asks_of_it():
    text = DOCKERFILE.read_text()
    services = processes.compose()["services"]

    stages = re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE)
    assert {services["web"]["build"]["target"], services["gotenberg"]["build"]["target"]} <= set(stages)
    copied = re.findall(r"^COPY (?:--from=(\w+) )?(\S+) ", text, re.MULTILINE)
    assert all(stage in stages if stage else (ROOT / path).exists() for stage, path in copied)
    assert re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)[1] == str(processes.compose_commands()["web"]).replace(
        "'", '"'
    )
    assert text.index("\nUSER backoffice") > text.index("collectstatic"), "what runs is not root, and owns no code"


def test_no_secret_and_no_data_goes_into_the_image():
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().split()

    assert {".git", "var", "deploy/*.env", ".venv"} <= set(ignored)


def test_an_image_starts_without_what_is_left_out_of_it():
    """No module of ours imports tests or bench."""
    wanted = r"^\s*(from|import) (tests|bench)\b"
    apps = [path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] in _apps()]

    assert apps
    assert not [path for path in apps if re.search(wanted, path.read_text(), re.MULTILINE)]


def _apps():
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "devkit"}


@pytest.mark.parametrize("path", sorted(processes.UNITS.iterdir()), ids=lambda path: path.name)
def test_units_say_only_what_systemd_knows(path, tmp_path):
    """systemd's own verifier, on a copy whose paths exist on this machine."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing on this machine")
    for one in processes.UNITS.iterdir():
        text = (
            one.read_text()
            .replace("/opt/backoffice/.venv/bin/python", sys.executable)
            .replace("/opt/backoffice", str(ROOT))
        )
        (tmp_path / one.name).write_text(text)
    name = path.name.replace("@.", "@1.")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / name)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in ran.stderr.splitlines() if "backoffice" in line]

    assert (ran.returncode, ours) == (0, []), ran.stderr


@pytest.mark.parametrize("path", sorted(processes.UNITS.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_runs_as_nobody_special_and_reads_the_settings(path):
    said = processes.unit(path.name)
    values = {(section, key): value for section, key, value in said}

    assert values["Service", "User"] == "backoffice"
    assert values["Service", "NoNewPrivileges"] == values["Service", "PrivateTmp"] == "yes"
    files = [value for section, key, value in said if key == "EnvironmentFile"]
    owners = ["/etc/backoffice/owner.env"] if path.stem == "backoffice-migrate" else []
    assert files == ["/etc/backoffice/settings.env", *owners]


def test_a_stop_is_given_the_time_that_work_may_take():
    limit = settings.CELERY_TASK_TIME_LIMIT
    may_take = {"web": gunicorn.graceful_timeout, "worker@": limit, "slow-worker@": limit}
    for unit, seconds in may_take.items():
        [said] = [value for _, key, value in processes.unit(f"backoffice-{unit}.service") if key == "TimeoutStopSec"]
        name = unit.removesuffix("@")
        grace = processes.compose()["services"][name]["stop_grace_period"].removesuffix("s")
        assert int(said) > seconds
        assert int(grace) > seconds


def test_the_proxy_knows_our_ports_and_sends_nothing_twice():
    """nginx itself has not read this file here."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()

    assert text.count("{") == text.count("}")
    assert "server 127.0.0.1:8000;" in text
    assert "server 127.0.0.1:8001;" in text
    assert "proxy_next_upstream off;" in text
    # An address may hold a plate or a ticket.
    assert "access_log off;" in text
