"""Findings as people say them."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.findings import Finding
from office.models import CheckRun

# check or *, and what was found
_SAID: dict[tuple[str, str], Promise] = {
    ("current_version", "no_version"): _("has no version at all"),
    ("current_version", "no_current"): _("none of its versions is current; the newest is %(n)s"),
    ("current_version", "several_currents"): _("more than one of its versions is current; the newest is %(n)s"),
    ("current_version", "other_number"): _("names another version than the current one; the newest is %(n)s"),
    ("versions", "wrong_name"): _("version %(n)s is not called by its plate and number"),
    ("versions", "wrong_owner"): _("version %(n)s belongs to another plate or office than its case"),
    ("versions", "gap"): _("versions that are missing in the row: %(n)s"),
    ("plates", "other_plate"): _("version %(n)s names another plate at %(detail)s"),
    ("search_rows", "missing"): _("is not found at all"),
    ("search_rows", "stale"): _("would be found by other words: %(detail)s"),
    ("tracking_rows", "missing"): _("has no tracking row"),
    ("tracking_rows", "failed"): _("could not be derived"),
    ("tracking_rows", "stale"): _("rows that would change: %(n)s"),
    ("centers", "part_of_no_center"): _("a part of a center that is not there"),
    ("centers", "invoice_of_no_center"): _("an invoice with lines of a center that is not there: %(n)s"),
    ("pictures", "picture_without_file"): _("a picture without file and address"),
    ("pictures", "picture_of_put_away_file"): _("a picture whose file was put away"),
    ("files", "damaged"): _("a damaged file"),
    ("invoice_lines", "unmapped_lines"): _("lines that are not assigned: %(n)s"),
    ("invoice_lines", "open_in_closed_case"): _("waits in a closed case; lines that are not assigned: %(n)s"),
    ("payments", "late"): _("days late: %(n)s"),
    ("mirror", "failed"): _("refused (%(detail)s)"),
    ("onedrive", "failed"): _("not copied; asked %(n)s times"),
    ("messages", "failed"): _("not sent (%(detail)s); attempts: %(n)s"),
    ("messages", "waiting"): _("nobody said what became of it (%(detail)s)"),
    ("reports", "failed"): _("could not be made (%(detail)s, number %(n)s)"),
    ("reports", "waiting"): _("nobody is making it (%(detail)s, number %(n)s)"),
    ("reminders", "not_released"): _("due and not released for %(n)s minutes"),
    ("reminders", "not_sent"): _("released and not sent for %(n)s minutes (%(detail)s)"),
    ("reminders", "failed"): _("could not be sent (%(detail)s)"),
    ("deliveries", "given_up"): _("given up after %(n)s attempts (%(detail)s)"),
    ("outbox", "waiting"): _("news that wait: %(detail)s; the oldest for %(n)s seconds"),
    ("outbox", "paused"): _("paused, and news wait: %(detail)s"),
    ("changes", "not_counted"): _("version %(n)s is not counted"),
    ("errors", "errors"): _("%(detail)s: %(n)s times"),
    ("logins", "login_of_nobody"): _("an open login; its person is %(detail)s"),
    ("workers", "no_broker"): _("the broker does not answer"),
    ("workers", "no_worker"): _("no worker answers"),
    ("jobs", "late"): _("is late: %(detail)s"),
    ("jobs", "job_failed"): _("failed: %(detail)s"),
    ("jobs", "lost"): _("lost its worker: %(detail)s"),
    ("migrations", "not_applied"): _("not applied: %(detail)s"),
    ("migrations", "no_such_file"): _("applied, and there is no file: %(detail)s"),
    ("schema", "not_there"): _("missing in the database: %(detail)s"),
    ("schema", "not_ours"): _("not from our migrations: %(detail)s"),
    ("clock", "clocks_differ"): _("apart by %(n)s seconds"),
    ("disk", "disk_full"): _("free: %(n)s percent"),
    ("database_size", "database_full"): _("taken: %(n)s percent"),
    ("slow_statements", "slow"): _("statement %(detail)s takes %(n)s ms on average"),
    ("slow_statements", "runs_long"): _("process %(detail)s is at work for %(n)s seconds"),
    ("backup", "backup_old"): _("%(n)s hours ago"),
    ("backup", "backup_failed"): _("the last one failed: %(detail)s"),
    ("backup", "files_missing"): _("files that the storage did not have: %(n)s"),
}
_REASONS: dict[str, Promise] = {
    "never": _("It has not run yet."),
    "stale": _("It has not run for too long."),
    "not_finished": _("Time was up before all cases were seen."),
    "storage_does_not_say": _("The storage does not say how full it is."),
    "no_files": _("The files to compare with were not brought along."),
    "not_counted": _("pg_stat_statements is not available; only what is at work now was looked at."),
    "backup_off": _("No backup is set up here (BACKUP_FOLDER), and none is known to this system."),
    "no_backup_known": _("No backup is known to this system."),
}
_MEASURED: dict[str, Promise] = {
    "logins": _("people at work in the last 24 hours: %(people)s"),
    "outbox": _("the oldest news wait for %(seconds)s seconds"),
    "workers": _("workers: %(workers)s"),
    "clock": _("apart by %(seconds)s seconds"),
    "disk": _("free: %(free_percent)s percent"),
    "database_size": _("%(megabytes)s megabytes, %(percent)s percent of its place"),
    "migrations": _("files: %(files)s"),
    "schema": _("facts compared: %(facts)s"),
    "backup": _("%(hours)s hours ago"),
    **dict.fromkeys(
        ("versions", "plates", "search_rows", "tracking_rows", "centers"), _("cases seen: %(seen)s of %(total)s")
    ),
}
# table -> page of the row; what is not here leads to its case
_PAGES = {
    "case_helper": "admin:helpers_casehelper_change",
    "images": "admin:files_image_change",
    "documents": "admin:files_document_change",
    "invoices": "admin:invoices_invoice_change",
    "payment_tracking": "admin:cases_payment_change",
    "onedrive_sync": "admin:files_onedrivesync_change",
    "outbound_messages": "admin:files_outboundmessage_change",
    "reports": "admin:files_report_change",
    "reminders": "admin:reminders_reminder_change",
    "deliveries": "admin:make_delivery_change",
    "webhook_endpoints": "admin:make_webhookendpoint_change",
}
_LISTS = {
    "helper_sync_log": "admin:helpers_helpersync_changelist",
    "job_runs": "admin:cases_jobrun_changelist",
    "system_logs": "admin:cases_systemlog_changelist",
}


def said(check: str, finding: Finding) -> str:
    """What is wrong, in the language that is set; a code without words goes by itself."""
    words = _SAID.get((check, finding.what))
    if words is None:
        return finding.what
    return str(words) % {"n": finding.number, "detail": finding.detail}


def reason(code: str | None) -> str:
    """Why a check could not run; a failure goes by its kind."""
    return str(_REASONS.get(code or "", _("It failed: %(kind)s") % {"kind": code}))


def measured(run: CheckRun) -> str:
    """What the check counted, where it counts anything."""
    try:
        return str(_MEASURED[run.name]) % run.measured if run.name in _MEASURED else ""
    except KeyError:
        return ""


def address(finding: Finding) -> str | None:
    """The page of the row, or of its case."""
    found = _address(_PAGES.get(finding.about), finding.id) or _address("admin:cases_case_change", finding.case_id)
    return found or _address(_LISTS.get(finding.about), None)


def _address(page: str | None, pk: Any) -> str | None:
    if page is None or (pk is None and page not in _LISTS.values()):
        return None
    try:
        return reverse(page, args=[pk] if pk else [])
    except NoReverseMatch:
        return None
