"""Putting right what a check found, where nobody needs to guess."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from core import rpc
from core.errors import NotFound, Refused
from files import checking as reading
from files import messages, onedrive
from files import services as files
from files.models import Document
from helpers import counting
from helpers.models import CaseHelper
from office import beat, services
from office.check_rows import ask
from office.checking import run, seen_by
from office.checks import CHECKS
from office.findings import MOST, Desk, Finding
from office.models import CheckRun

# So many rows in one transaction, and at once within a page.
_AT_ONCE = 20
SMALL = 100

Mend = Callable[[UUID, list[Finding]], int]


@dataclass(frozen=True)
class Repair:
    """What a click does: which findings it takes, and what becomes of each."""

    whats: frozenset[str]
    change: Promise
    mend: Mend


def planned(name: str, desk: Desk) -> list[Finding]:
    """The findings that the repair would take, found anew; nothing is changed."""
    seen = seen_by(CHECKS[name], Desk(desk.org_id, desk.caller, MOST, desk.step))
    return [one for one in seen.findings if one.what in REPAIRS[name].whats]


def carry_out(name: str, desk: Desk) -> tuple[int, CheckRun]:
    """Repair what the check finds now, tell it, and look again; safe to repeat.

    Raises Refused `forbidden` for who is no manager, and NotFound for an office that is not the caller's.
    """
    office = desk.office
    with desk.caller(), rpc.in_our_words():
        ask("select private.repair_begin(%s)", office)
    taken, done = planned(name, desk), 0
    for begin in range(0, len(taken), _AT_ONCE):
        some = taken[begin : begin + _AT_ONCE]
        with desk.caller(), rpc.in_our_words():
            done += REPAIRS[name].mend(office, some)
        desk.step(begin + len(some), len(taken))
    after = run(CHECKS[name], desk)
    ids = [one.id for one in taken[:20] if one.id]
    with desk.caller(), rpc.in_our_words():
        ask("select private.repair_end(%s, %s, %s, %s, %s)", office, name, done, after.found, ids)
    return done, after


def _rows_of(statement: str) -> Mend:
    def mend(office: UUID, some: list[Finding]) -> int:
        [(done,)] = ask(statement, office, [one.id for one in some])
        return int(done)

    return mend


def _tracking(office: UUID, some: list[Finding]) -> int:
    services.rebuild([one.id for one in some if one.id])
    return len(some)


def _each(act: Callable[[Finding], object]) -> Mend:
    """Do it for each by itself; what is refused, as when somebody was quicker, stays as it is."""

    def mend(office: UUID, some: list[Finding]) -> int:
        done = 0
        for one in some:
            with suppress(Refused):
                done += act(one) is not False
        return done

    return mend


def _ask_onedrive(one: Finding) -> bool:
    return any(onedrive.request(file_ids=[UUID(str(one.detail))]).values())


def _message_again(one: Finding) -> object:
    return messages.again(_key(one))


def _report_again(one: Finding) -> object:
    return files.report_again(report_id=_key(one))


def _key(one: Finding) -> UUID:
    if one.id is None:
        raise NotFound
    return one.id


def _read_again(one: Finding) -> bool:
    found = Document.objects.filter(pk=_key(one)).values_list("pk", "bucket_name", "storage_key", "checksum").first()
    return found is not None and reading.check(*found)  # type: ignore[arg-type]


def _replay(office: UUID, some: list[Finding]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select private.deliveries_replay(%s)", [[one.id for one in some]])
        return int(cursor.fetchone()[0])


def _count(one: Finding) -> bool:
    version = CaseHelper.objects.filter(pk=_key(one)).without_body().first()
    if version is None:
        return False
    is_first = not CaseHelper.objects.filter(case_id=version.case_id, version__lt=version.version).exists()
    sections = len(version.changed_sections)
    waiting = counting.Waiting(version.pk, version.case_id, version.version, version.saved_at, sections, is_first)
    return counting.settle(waiting)


def _jobs(office: UUID, some: list[Finding]) -> int:
    [(closed,)] = ask("select private.repair_jobs(%s)", office)
    late = {one.detail for one in some if one.what != "lost"}
    return int(closed) + _start(lambda job: job.name in late)


def _start_of(app: str) -> Mend:
    def mend(office: UUID, some: list[Finding]) -> int:
        return len(some) if _start(lambda job: job.task.startswith(app)) else 0

    return mend


def _start(is_meant: Callable[[beat.Job], bool]) -> int:
    """Hand jobs of the schedule to a worker now. Raises Refused `dependency_down` where no broker is there."""
    meant = [job for job in beat.jobs() if is_meant(job)]
    for job in meant:
        try:
            beat.start(job, None)
        except OperationalError:
            raise Refused("dependency_down") from None
    return len(meant)


REPAIRS: dict[str, Repair] = {
    "current_version": Repair(
        frozenset({"no_current", "several_currents", "other_number"}),
        _("The newest version of each of these cases becomes its current one. No version is changed or added."),
        _rows_of("select private.repair_current_version(%s, %s)"),
    ),
    "search_rows": Repair(
        frozenset({"missing", "stale"}),
        _("What these cases are found by is written anew: the columns named with each."),
        _rows_of("select private.repair_search_rows(%s, %s)"),
    ),
    "tracking_rows": Repair(
        frozenset({"missing", "failed", "stale"}),
        _("The tracking rows of these cases are derived anew: so many rows as stand with each."),
        _tracking,
    ),
    "files": Repair(
        frozenset({"damaged"}),
        _("Each of these files is read again; where it is whole it is not marked as damaged any more."),
        _each(_read_again),
    ),
    "onedrive": Repair(
        frozenset({"failed"}), _("Make is asked once more to copy each of these files."), _each(_ask_onedrive)
    ),
    "messages": Repair(
        frozenset({"failed"}),
        _("Each of these messages is sent again to the same person, with a fresh link."),
        _each(_message_again),
    ),
    "reports": Repair(
        frozenset({"failed"}),
        _("Each of these reports is asked for again, from the same version of the helper; the failed one stays."),
        _each(_report_again),
    ),
    "deliveries": Repair(
        frozenset({"given_up"}),
        _("Each of these goes back into the queue: from “given up” to “on its way”, with the same webhook-id."),
        _replay,
    ),
    "outbox": Repair(
        frozenset({"waiting"}),
        _("The job that delivers to Make is started now."),
        _start_of("make.tasks.deliver_outbox"),
    ),
    "reminders": Repair(
        frozenset({"not_released", "not_sent"}),
        _("The jobs that release and send reminders are started now."),
        _start_of("reminders."),
    ),
    "changes": Repair(
        frozenset({"not_counted"}), _("The changes of each of these versions are counted now."), _each(_count)
    ),
    "jobs": Repair(
        frozenset({"late", "job_failed", "lost"}),
        _("Lost runs are closed as failed, and jobs that are late or failed are started now."),
        _jobs,
    ),
}
