"""The running services: who is up, who died, who is started again and when."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devkit import leftovers, processes, stopping
from devkit.identity import Identity
from devkit.places import ROOT, Place
from devkit.progress import Trouble, say

BACK_OFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 4.0)
STEADY_SECONDS = 30.0
LARGE_LOG = 10 * 1024 * 1024
DEATHS_AT_START = 3


@dataclass
class Service:
    """What to start, and how to tell that it serves."""

    name: str
    command: Sequence[object]
    env: Mapping[str, str]
    is_ready: Callable[["Member"], bool]
    who: Identity | None = None
    stop_signal: int = signal.SIGTERM
    # Servers are stopped after those that use them.
    is_server: bool = False
    # Ending in good order is then what somebody wanted, and it is not brought back.
    may_leave: bool = False
    clear: Callable[[], None] = field(default=lambda: None)


@dataclass
class Member:
    service: Service
    log: Path
    log_start: int
    process: subprocess.Popen[bytes]
    began: float
    deaths: int = 0
    back_at: float | None = None
    has_left: bool = False

    @property
    def is_serving(self) -> bool:
        return self.process.poll() is None and self.service.is_ready(self)

    def has_said(self, words: bytes) -> bool:
        """Whether the log holds these words since the service was first started."""
        with open(self.log, "rb") as file:
            file.seek(self.log_start)
            return words in file.read()


class Crew:
    """Keeps services running until it is dismissed."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.members: dict[str, Member] = {}

    def pids(self) -> dict[str, int]:
        return {name: member.process.pid for name, member in self.members.items()}

    def start(self, service: Service) -> Member:
        log = self.place.logs / f"{service.name}.log"
        if log.exists() and log.stat().st_size > LARGE_LOG:
            log.replace(log.with_suffix(".log.1"))
        service.clear()
        start = log.stat().st_size if log.exists() else 0
        member = Member(service, log, start, self._spawn(service, log), time.monotonic())
        self.members[service.name] = member
        self._note()
        return member

    def await_ready(self, name: str, within: float) -> None:
        """Wait until a service answers."""
        if not self.hope_ready(name, within):
            log = self.members[name].log
            raise Trouble(f"{name} has not answered for {within:.0f} seconds: read why in its log.", log)

    def hope_ready(self, name: str, within: float) -> bool:
        """Wait as long as this for a service to answer; one that keeps dying is a trouble to tell."""
        member = self.members[name]
        deadline = time.monotonic() + within
        while not member.is_serving:
            self.tick()
            if member.deaths >= DEATHS_AT_START:
                raise Trouble(f"{name} stops as soon as it starts: read why at the end of its log.", member.log)
            if time.monotonic() > deadline:
                return False
            stopping.pause()
        return True

    def tick(self) -> None:
        """Bring back whoever died."""
        for member in self.members.values():
            if member.has_left:
                continue
            if member.back_at is None:
                if member.process.poll() is not None:
                    self._mourn(member)
            elif time.monotonic() >= member.back_at:
                self._bring_back(member)

    def dismiss(self, *names: str) -> None:
        """Stop these services, or all of them: first who uses the servers, then the servers."""
        leaving = [self.members.pop(name) for name in names or list(self.members) if name in self.members]
        servers = [member for member in leaving if member.service.is_server]
        users = [member for member in leaving if not member.service.is_server]
        for group, patience in ((users, 10.0), (servers, 30.0)):
            for member in group:
                if member.process.poll() is None:
                    member.process.send_signal(member.service.stop_signal)
            processes.end([member.process for member in group], first=0, patience=patience)
        for member in servers:
            member.service.clear()
        self._note()

    def _spawn(self, service: Service, log: Path) -> subprocess.Popen[bytes]:
        return processes.spawn(
            service.command, output=log, env=service.env, who=service.who, death_signal=service.stop_signal
        )

    def _mourn(self, member: Member) -> None:
        if member.service.may_leave and member.process.returncode == 0:
            member.has_left = True
            command = " ".join(str(part) for part in ["python3", *member.service.command[1:]])
            say(f"- {member.service.name} was stopped; start it again with: {command}")
            return
        if time.monotonic() - member.began > STEADY_SECONDS:
            member.deaths = 0
        pause = BACK_OFF_SECONDS[min(member.deaths, len(BACK_OFF_SECONDS) - 1)]
        member.deaths += 1
        member.back_at = time.monotonic() + pause
        how = _how_it_ended(member.process.returncode)
        say(f"! {member.service.name} {how}; starting it again in {pause:g} s (log: {member.log})")

    def _bring_back(self, member: Member) -> None:
        processes.kill_group(member.process.pid)
        member.service.clear()
        member.process = self._spawn(member.service, member.log)
        member.began = time.monotonic()
        member.back_at = None
        self._note()

    def _note(self) -> None:
        """Write down who runs, for the next launcher should this one be killed."""
        facts = {
            name: {"pid": pid, "born": leftovers.birth(pid), "stop_signal": int(self.members[name].service.stop_signal)}
            for name, pid in self.pids().items()
        }
        self.place.remember(services=facts, launcher=os.getpid())


def _how_it_ended(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"


def end_leftovers(place: Place) -> None:
    """Stop the services that a killed launcher left running."""
    for facts in place.run().get("services", {}).values():
        pid = int(facts["pid"])
        leftovers.end(pid, str(facts["born"]), int(facts["stop_signal"]))
        leftovers.end_group(pid, ROOT)
    place.remember(services={})
