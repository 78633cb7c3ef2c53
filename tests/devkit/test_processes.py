import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devkit import leftovers, processes
from devkit.crew import Service
from devkit.places import ROOT
from devkit.progress import Trouble

NEVER_ENDS = ["/bin/sh", "-c", "sleep 300 & echo $!; wait"]


def eventually(is_so, within=5.0):
    deadline = time.monotonic() + within
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def is_gone(pid):
    return leftovers.birth(pid) == ""


def test_a_child_goes_with_all_that_it_started(place):
    log = place.logs / "child.log"
    child = processes.spawn(NEVER_ENDS, output=log, env=os.environ)
    assert eventually(lambda: log.read_text().strip() != "")

    processes.end([child])

    assert is_gone(child.pid)
    assert eventually(lambda: is_gone(int(log.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_child_does_not_outlive_a_killed_launcher(place):
    script = (
        "import os, pathlib, time; from devkit import processes\n"
        f"child = processes.spawn(['sleep', '300'], output=pathlib.Path({str(place.logs / 'x')!r}), env=os.environ)\n"
        "print(child.pid, flush=True); time.sleep(300)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout
        child = int(launcher.stdout.readline())
        launcher.kill()

    assert eventually(lambda: is_gone(child))


def test_a_failing_step_is_told_in_a_sentence(place):
    with pytest.raises(Trouble, match="It rained") as trouble:
        processes.run(["/bin/sh", "-c", "exit 3"], log=place.setup_log, env=os.environ, failing="It rained.")

    assert trouble.value.log == place.setup_log


def test_what_a_command_prints_is_heard(place):
    answer = processes.ask(["/bin/echo", "שלום"], log=place.setup_log, env=os.environ, failing="")

    assert answer == "שלום\n"


def test_a_killed_service_comes_back(crew, place):
    member = crew.start(Service("napper", ["sleep", "300"], os.environ, lambda member: True))
    first = member.process.pid

    os.kill(first, signal.SIGKILL)

    def is_back():
        crew.tick()
        return member.process.pid != first

    assert eventually(is_back)
    assert place.run()["services"]["napper"]["pid"] == member.process.pid


def test_a_service_that_keeps_dying_is_a_trouble(crew):
    crew.start(Service("mayfly", ["false"], os.environ, lambda member: False))

    with pytest.raises(Trouble, match="stops as soon as it starts"):
        crew.await_ready("mayfly", within=20)


def test_a_log_tells_only_of_this_start(crew, place):
    log: Path = place.logs / "speaker.log"
    log.write_text("ready.\n")

    member = crew.start(Service("speaker", ["sleep", "300"], os.environ, lambda member: member.has_said(b"ready.")))

    assert not member.is_serving


def test_who_may_leave_is_not_brought_back_after_a_good_end(crew):
    for name, code in (("leaver", 0), ("faller", 3)):
        command = ["/bin/sh", "-c", f"sleep 0.2; exit {code}"]
        crew.start(Service(name, command, os.environ, lambda member: True, may_leave=True))
    first = crew.pids()

    def has_come_back():
        crew.tick()
        return crew.pids()["faller"] != first["faller"]

    assert eventually(has_come_back)
    assert crew.pids()["leaver"] == first["leaver"]
    assert crew.members["leaver"].has_left
