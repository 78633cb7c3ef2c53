"""A report from its request to its PDF: the HTML, the printing, the proof, and the row that tells of it.

No transaction stands open while a page is printed or stored; each step says so in one of its own.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import connection

from core import acting, exact, rpc
from core.errors import Conflict, Refused
from files import assets, paper, printing, proving, report_pictures, sanitising, services, storage
from files.models import Document, Report, ReportSource
from files.report_names import filename, title, watermark
from files.report_rules import Unprinted
from helpers.models import CaseHelper

log = structlog.get_logger("reports")


@dataclass(frozen=True)
class Page:
    """What is printed, and what must be found in the PDF."""

    html: str
    wanted: proving.Wanted


class _Lost(Exception):
    """Another worker has taken the report over."""


def run(report_id: UUID | None = None) -> UUID | None:
    """Make one report that waits, the named one or the oldest; its id, and None where none waits.

    What fails is written into its row, so nothing is raised but what is a defect of ours.
    """
    with acting.acting(acting.SERVICE):
        report = rpc.row(
            Report,
            "private.report_claim",
            lease_seconds=settings.REPORT_LEASE_SECONDS,
            most_attempts=len(settings.REPORT_RETRY_SECONDS) + 1,
            report_id=report_id,
        )
    if report.pk is None:
        return None
    try:
        _make(report)
    except _Lost:
        log.info("report", report=str(report.pk), outcome="lost")
    except Unprinted as exc:
        _failed(report, exc.reason, again=exc.again)
    except Refused as exc:
        _failed(report, exc.code, again=exc.code == "dependency_down")
    except Exception:
        _failed(report, "internal_error", again=False)
        raise
    return report.pk


def _make(report: Report) -> None:
    page = _page(report)
    _step(report, 1)
    content = printing.pdf_of(page.html)
    _step(report, 2)
    proof = proving.prove(content, page.wanted)
    if not proof.holds:
        _failed(report, proof.wrong[0], again=False, verified={**proof.facts, "wrong": proof.wrong})
        return
    _step(report, 3)
    _publish(report, content, proof)


def _page(report: Report) -> Page:
    """What is to be printed, of the version the report remembers."""
    if report.source == Report.Source.HTML:
        across = watermark() if report.nature == Report.Nature.DRAFT else ""
        html = sanitising.clean(_sent_html(report.pk), watermark=across)
        codes, words = proving.of_page(html)
        return Page(html, proving.Wanted(codes, words, across, settings.REPORT_MAX_PAGES))
    return _from_helper(report)


def _from_helper(report: Report) -> Page:
    with acting.acting(acting.SERVICE):
        found = CaseHelper.objects.get(case_id=report.case_id, version=report.case_helper_version)
        places = assets.places(report.org_id, report.created_by_id)
        seen = report_pictures.places(report.report_type, report.case_id)
    helper: Any = exact.read(found.helper_json)
    ours, shown = assets.load(places), report_pictures.load(seen)
    html = paper.page(
        report_type=report.report_type,
        nature=report.nature,
        helper=helper,
        assets=ours,
        made_from=report.helper_name,
        pictures=shown.pictures,
        left_out=shown.left_out,
    )
    expected = paper.expected(report.report_type, helper)
    codes = (*expected.totals, *expected.part_numbers)
    across = (ours.watermark or watermark()) if report.nature == Report.Nature.DRAFT else ""
    words = proving.of_page(html)[1]
    return Page(html, proving.Wanted(codes, words, across, settings.REPORT_MAX_PAGES, len(shown.pictures)))


def _sent_html(report_id: UUID) -> str:
    with acting.acting(acting.SERVICE):
        return ReportSource.objects.get(pk=report_id).html


def _publish(report: Report, content: bytes, proof: proving.Proof) -> None:
    """Store the PDF, then file it and say so in one transaction; what nobody points at is removed again."""
    key = storage.add("reports", report.org_id, report.case_id, "pdf", io.BytesIO(content))
    try:
        with acting.acting(acting.SERVICE), rpc.in_our_words():
            document = _filed(report, content, key)
            rpc.row(
                Report,
                "private.report_finish",
                report_id=report.pk,
                attempt=report.attempts,
                document_id=document.pk,
                pages=proof.pages,
                title=title(report),
                verified=proof.facts,
            )
    except BaseException as exc:
        storage.remove("reports", key)
        raise _Lost if isinstance(exc, Conflict) else exc from None
    log.info("report", report=str(report.pk), outcome="ready", pages=proof.pages, size=len(content))


def _filed(report: Report, content: bytes, key: str) -> Document:
    return services.keep(
        document_id=uuid4(),
        bucket="reports",
        key=key,
        filename=filename(report),
        mime_type="application/pdf",
        size_bytes=len(content),
        checksum=hashlib.sha256(content).hexdigest(),
        case_id=report.case_id,
        category=Document.Category.REPORT,
        file_metadata={"report_id": str(report.pk), "helper_name": report.helper_name},
    )


def _step(report: Report, done: int) -> None:
    """Raises _Lost where the report is not ours any more."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select private.report_step(%s, %s, %s, %s)",
            [report.pk, report.attempts, settings.REPORT_LEASE_SECONDS, done],
        )
        if not cursor.fetchone()[0]:
            raise _Lost


def _failed(report: Report, reason: str, *, again: bool, verified: dict[str, Any] | None = None) -> None:
    waits = settings.REPORT_RETRY_SECONDS
    seconds = waits[report.attempts - 1] if again and report.attempts <= len(waits) else None
    log.warning("report", report=str(report.pk), outcome="failed", reason=reason, again_seconds=seconds)
    tell = partial(rpc.row, Report, "private.report_fail", report_id=report.pk, attempt=report.attempts)
    with acting.acting(acting.SERVICE):
        tell(reason=reason[:60], verified=verified or {}, again_seconds=seconds)
