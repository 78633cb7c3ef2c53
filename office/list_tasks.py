"""Lists as files, written and read by a worker."""

from uuid import UUID

from celery import shared_task
from django.urls import reverse

from cases import jobs, list_files
from cases.listed import Listed, of_sheet
from cases.sheets import SHEETS
from invoices import importing
from invoices.export import INVOICES

# Less than the broker waits before it gives the task to another worker.
_MOST_SECONDS = 290
# name -> what the sheet of the file is called
TITLES = {"general": "מעקב כללי", "expertise": "אקספירטיזה", "final_report": "דוח סופי", "payments": "מעקב תשלומים"}


def lists() -> dict[str, Listed]:
    """Every list that can be had as a file."""
    cases_at = reverse("admin:cases_case_changelist")
    return {"invoices": INVOICES, **{name: sheet(name, cases_at) for name in TITLES}}


def sheet(name: str, cases_at: str) -> Listed:
    return of_sheet(name, TITLES[name], SHEETS[name], cases_at)


@shared_task(soft_time_limit=_MOST_SECONDS - 20, time_limit=_MOST_SECONDS)
def write_list(file_id: str, run_id: str) -> None:
    """Write the file of an export; a run that was cancelled, or done already, comes to nothing."""
    list_files.write(UUID(file_id), UUID(run_id), lists())


@shared_task(soft_time_limit=_MOST_SECONDS - 20, time_limit=_MOST_SECONDS)
def import_invoices(file_id: str, run_id: str) -> None:
    """Write the confirmed rows of a file; rows that were written before are found as they shall be."""
    importing.carry_out(UUID(file_id), UUID(run_id))


@shared_task
def forget_list_files(started_by: str | None = None) -> None:
    """Forget files past their days."""
    jobs.run("forget-list-files", lambda run: {"rows": list_files.forget_old()}, started_by=started_by)
