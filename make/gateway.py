"""The table of ops: what Make may call, each with its shape, its service and its example."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

import cases.services
import intake.services
from accounts.callers import Caller
from cases import flags
from cases.filters import CaseQuestion
from cases.found import FoundCases, words_of
from core.api import shown
from core.errors import Invalid
from core.rendering import ExactRenderer
from core.rpc import JsonText
from files.onedrive_serializers import CopyTold, FoundFile
from files.picture_serializers import PictureTaken
from helpers import services
from helpers.models import CaseHelper
from helpers.serializers import HelperWhole
from helpers.views import whole
from intake.serializers import AnswerKept
from invoices.serializers import InvoiceKept, LinesKept
from knowledge.serializers import DocAdded, FoundDoc
from make import (
    bodies,
    examples,
    file_ops,
    image_ops,
    intake_op_examples,
    intake_ops,
    invoice_examples,
    invoice_ops,
    kb_ops,
    message_ops,
    parts_examples,
    parts_ops,
    reminder_ops,
    tracking_ops,
)
from make.bodies import Document, Sent
from make.serializers import (
    AddEvent,
    CaseUpserted,
    EventAdded,
    EventWhole,
    FoundCase,
    HelperBroughtBack,
    HelperKept,
    OfCase,
    RestoreLatest,
    SaveFull,
    SearchCases,
    UpsertCase,
)
from parts.serializers import RowKept

_NO_DATA = JsonText(b"{}")
_NO_FACTS = {"helper_json", "org_id", "idempotency_key"}
_PAGE = 100
_PER_ROW = ("row_uuid", "id", "created", "error")


class Call(NamedTuple):
    """One call: who, the body as it came, and what was asked for in it."""

    request: Request
    caller: Caller
    sent: Sent
    asked: dict[str, Any]

    @property
    def org_id(self) -> UUID | None:
        return self.asked.get("org_id") or self.caller.org_id

    @property
    def helper(self) -> Document | None:
        return self.asked.get("helper_json")

    def queue(self) -> tuple[UUID, int | None]:
        return services.queue(
            case_id=self.asked.get("case_id"), plate=self.asked.get("plate"), org_id=self.asked.get("org_id")
        )


class Answer(NamedTuple):
    """What a call is told: a row or a list of them, its ids, and a field that goes out as the text it is stored as."""

    row: Any
    status: int = 200
    ids: tuple[str, ...] = ("case_id", "version")
    name: str = ""
    text: bytes = b""

    @property
    def rows(self) -> list[Any]:
        return self.row if isinstance(self.row, list) else [self.row]

    def content(self, *, minimal: bool) -> bytes:
        if minimal:
            told = [{name: row[name] for name in self.ids} for row in self.rows]
            return ExactRenderer().render(told if isinstance(self.row, list) else told[0])
        body: bytes = ExactRenderer().render(self.row)
        return b'%b,"%b":%b}' % (body[:-1], self.name.encode(), self.text) if self.name else body


def upsert_case(call: Call) -> Answer:
    """Open a case, or bring the plate's open one up to date; a helper in it is the next version."""
    facts = {name: value for name, value in call.asked.items() if name not in _NO_FACTS}
    helper = call.helper
    made = cases.services.upsert(
        **facts, org_id=call.org_id, helper_json=helper.inside(call.sent) if helper is not None else None
    )
    if helper is not None:
        _received(helper, made["case_id"], made["version"], made["changed_sections"], "case.upsert")
    return Answer(shown(CaseUpserted, made), status=201 if made["created"] else 200)


def save_full(call: Call) -> Answer:
    """Save a whole helper: over the version that was read, or without one as a copy of what Make holds."""
    helper = call.asked["helper_json"]
    case_id, current = call.queue()
    expected = call.asked.get("version") or current
    source = call.asked.get("source") or call.asked.get("reason")
    saved = services.save_full(
        case_id=case_id, helper_json=helper.inside(call.sent), expected_version=expected, trigger=source
    )
    saved.unchanged = saved.version == expected  # type: ignore[attr-defined]
    if saved.version == expected:
        saved.changed_sections = []
    _received(helper, case_id, saved.version, saved.changed_sections, source)
    return Answer(shown(HelperKept, saved))


def _received(helper: Document, case_id: UUID, version: int, changed: list[str], source: str | None) -> None:
    flags.refuse_moved(case_id, changed)
    services.log_received(case_id=case_id, version=version, sections=sorted(helper.value), source=source)


def get_current(call: Call) -> HttpResponse:
    """The current helper of a case; of a plate its open case's, else the newest one's."""
    case_id, plate = call.asked.get("case_id"), call.asked.get("plate")
    if case_id is not None:
        found = CaseHelper.objects.current(case_id).without_body()
    else:
        found = CaseHelper.objects.of_plate(plate or "").without_body()
    if plate is not None:
        found = found.filter(plate=plate)
    if call.org_id is not None:
        found = found.filter(org_id=call.org_id)
    versions = list(found)
    if len({version.org_id for version in versions}) > 1:
        raise Invalid.at("/case_id", "more than one office has this plate: name the case")
    return whole(call.request, versions[0] if versions else None)


def restore_latest(call: Call) -> Answer:
    """Put an old version on top as a new one; the one before the current where none is named."""
    case_id, current = call.queue()
    saved = services.restore(
        case_id=case_id,
        version=call.asked.get("version"),
        expected_version=call.asked.get("expected_version") or current or 0,
        reason=call.asked.get("reason"),
    )
    flags.refuse_moved(case_id, saved.changed_sections)
    saved.unchanged = False  # type: ignore[attr-defined]
    return Answer(shown(HelperBroughtBack, saved))


def add_event(call: Call) -> Answer:
    """Write what happened outside into a case's story; the answer is the event."""
    is_of_case = call.asked.get("case_id") or call.asked.get("plate")
    event = cases.services.add_event(
        type=call.asked["type"],
        case_id=call.queue()[0] if is_of_case else None,
        data=call.sent.json("data") if "data" in call.asked else _NO_DATA,
        text=call.asked.get("text"),
        version=call.asked.get("version"),
    )
    return Answer(shown(EventAdded, event), status=201, ids=("id", "case_id"), name="data", text=event["data"].encode())


def search_cases(call: Call) -> HttpResponse:
    """Cases by words in any order, plate, owner, phone, numbers, status or dates, the best first; never a helper."""
    asked = {name: value for name, value in call.asked.items() if name in CaseQuestion().fields}
    cases = FoundCases({**asked, "org_id": call.org_id})[: call.asked.get("limit") or _PAGE]
    words = words_of([case.pk for case in cases], asked.get("q") or "")
    for case in cases:
        case.found = words[case.pk]
    return HttpResponse(JSONRenderer().render(FoundCase(cases, many=True).data), content_type="application/json")


def keep_found_parts(call: Call) -> Answer:
    """Keep found parts, each once by its row_uuid; a row that is none is told at its place, the others are kept."""
    return Answer(parts_ops.keep_results(call), ids=_PER_ROW)


def keep_required_parts(call: Call) -> Answer:
    """Keep the parts a case needs, each once by its row_uuid; what a row does not name stays as it was."""
    return Answer(parts_ops.keep_required(call), ids=_PER_ROW)


def keep_levi(call: Call) -> Answer:
    """Keep Levi Yitzhak's answer as it came; the newest of a case is its current one."""
    return _kept(intake_ops.kept(call, intake.services.keep_levi))


def keep_vehicle(call: Call) -> Answer:
    """Keep what was fetched about a vehicle as it came; the newest of a case is its current one."""
    return _kept(intake_ops.kept(call, intake.services.keep_vehicle))


def keep_document(call: Call) -> Answer:
    """Keep what was read from a document as it came; reading it again keeps the earlier answer."""
    return _kept(intake_ops.kept(call, intake.services.keep_document))


def _kept(told: dict[str, Any]) -> Answer:
    return Answer(told, status=201 if told["created"] else 200, ids=("id", "case_id"))


def keep_invoice(call: Call) -> Answer:
    """Keep an invoice, once by its supplier and number, and its lines; the answer names what its sums differ by."""
    told = invoice_ops.keep_invoice(call)
    return Answer(told, status=201 if told["created"] else 200, ids=("id", "case_id"))


def keep_invoice_lines(call: Call) -> Answer:
    """Keep lines of an invoice, each once by its number and told at its place, and what the sums differ by then."""
    return Answer(invoice_ops.keep_lines(call), ids=("invoice_id", "lines"))


def keep_file(call: Call) -> Answer:
    """Register a file that lies on OneDrive, once: its case by name or plate, else it waits in the inbox."""
    told = file_ops.keep(call)
    return Answer(told, status=201 if told["created"] else 200, ids=("id", "case_id"))


def tell_copies(call: Call) -> Answer:
    """Say which files were copied to OneDrive and which could not be, each told at its place."""
    return Answer(file_ops.tell(call), ids=("file_id", "status", "error"))


def add_to_knowledge(call: Call) -> Answer:
    """Keep a document in the knowledge base; the same source again is the same document, with this content."""
    told = kb_ops.add(call)
    return Answer(told, status=201 if told["created"] else 200, ids=("id",))


def search_knowledge(call: Call) -> HttpResponse:
    """Documents of the knowledge base that hold every word, the best first, each with the passage that shows it."""
    rows = FoundDoc(kb_ops.search(call), many=True).data
    return HttpResponse(JSONRenderer().render(rows), content_type="application/json")


def keep_images(call: Call) -> Answer:
    """Take what is reported of pictures on OneDrive, each once by our id, by its item, or by its name in the case."""
    return Answer(image_ops.keep_images(call), ids=("id", "document_id", "created", "error"))


def get_tracking(call: Call) -> HttpResponse:
    """Rows of a tracking table: of a case, of a plate, or changed since a moment; sums to the last digit."""
    return HttpResponse(ExactRenderer().render(tracking_ops.get(call)), content_type="application/json")


def fetch_message(call: Call) -> HttpResponse:
    """A message to be sent now, with a link made for it; the link given before ends, and no answer is kept."""
    headers = {"Cache-Control": "private, no-store"}
    content = JSONRenderer().render(message_ops.fetch(call))
    return HttpResponse(content, content_type="application/json", headers=headers)


def messages_sent(call: Call) -> Answer:
    """What became of messages: sent, or failed with the reason; each told at its place."""
    return Answer(message_ops.sent(call), ids=("message_id", "status", "error"))


def keep_reminder(call: Call) -> Answer:
    """Keep a reminder, once by the caller's id; the screens' words, days and times are understood."""
    told = reminder_ops.upsert(call)
    return Answer(told, status=201 if told["created"] else 200, ids=("id", "case_id"))


def fetch_reminder(call: Call) -> HttpResponse:
    """A reminder to be told now: what it says, and whom; no answer is kept."""
    headers = {"Cache-Control": "private, no-store"}
    content = JSONRenderer().render(reminder_ops.fetch(call))
    return HttpResponse(content, content_type="application/json", headers=headers)


def reminders_sent(call: Call) -> Answer:
    """What came of telling reminders: told, or failed with the reason; each at its place."""
    return Answer(reminder_ops.sent(call), ids=("occurrence_id", "status", "error"))


@dataclass(frozen=True)
class Op:
    """One row of the table: the name, the shapes, the verb, and an example that runs."""

    name: str
    asked: type[serializers.Serializer]  # type: ignore[type-arg]
    answer: Any
    # Makes an Answer where it writes, a response where it reads.
    run: Callable[[Call], Any]
    examples: list[OpenApiExample]
    writes: bool = True
    statuses: tuple[int, ...] = (200,)
    # An answer from outside may repeat keys, and is kept with them.
    takes_apart: Callable[[bytes], Sent] = bodies.read

    @property
    def about(self) -> str:
        """What it does, in a line."""
        return (self.run.__doc__ or "").strip()


OPS = {
    op.name: op
    for op in (
        Op("case.upsert", UpsertCase, CaseUpserted, upsert_case, examples.UPSERT_CASE, statuses=(200, 201)),
        Op("case_helper.save_full", SaveFull, HelperKept, save_full, examples.SAVE_FULL),
        Op("case_helper.get_current", OfCase, HelperWhole, get_current, examples.GET_CURRENT, writes=False),
        Op("case_helper.restore_latest", RestoreLatest, HelperBroughtBack, restore_latest, examples.RESTORE_LATEST),
        Op("events.add", AddEvent, EventWhole, add_event, examples.ADD_EVENT, statuses=(201,)),
        Op("cases.search", SearchCases, FoundCase(many=True), search_cases, examples.SEARCH_CASES, writes=False),
        Op(
            "parts_results.bulk_upsert",
            parts_ops.KeepResults,
            RowKept(many=True),
            keep_found_parts,
            parts_examples.KEEP_RESULTS,
        ),
        Op(
            "parts_required.bulk_upsert",
            parts_ops.UpsertRequired,
            RowKept(many=True),
            keep_required_parts,
            parts_examples.KEEP_REQUIRED,
        ),
        Op(
            "levi.upsert",
            intake_ops.UpsertLevi,
            AnswerKept,
            keep_levi,
            intake_op_examples.KEEP_LEVI,
            statuses=(200, 201),
            takes_apart=bodies.around_an_answer,
        ),
        Op(
            "vehicle.upsert",
            intake_ops.UpsertVehicle,
            AnswerKept,
            keep_vehicle,
            intake_op_examples.KEEP_VEHICLE,
            statuses=(200, 201),
            takes_apart=bodies.around_an_answer,
        ),
        Op(
            "ocr.add",
            intake_ops.AddOcr,
            AnswerKept,
            keep_document,
            intake_op_examples.KEEP_DOCUMENT,
            statuses=(200, 201),
            takes_apart=bodies.around_an_answer,
        ),
        Op(
            "invoices.upsert",
            invoice_ops.UpsertInvoice,
            InvoiceKept,
            keep_invoice,
            invoice_examples.KEEP_INVOICE,
            statuses=(200, 201),
        ),
        Op(
            "invoice_lines.bulk_upsert",
            invoice_ops.UpsertInvoiceLines,
            LinesKept,
            keep_invoice_lines,
            invoice_examples.KEEP_LINES,
        ),
        Op(
            "files.upsert",
            file_ops.UpsertFile,
            FoundFile,
            keep_file,
            file_ops.UPSERT_EXAMPLES,
            statuses=(200, 201),
        ),
        Op("onedrive.synced", file_ops.TellSynced, CopyTold(many=True), tell_copies, file_ops.SYNCED_EXAMPLES),
        Op("kb.add", kb_ops.AddKbDoc, DocAdded, add_to_knowledge, kb_ops.ADD_EXAMPLES, statuses=(200, 201)),
        Op(
            "kb.search",
            kb_ops.SearchDocs,
            FoundDoc(many=True),
            search_knowledge,
            kb_ops.SEARCH_EXAMPLES,
            writes=False,
        ),
        Op(
            "images.upsert",
            image_ops.UpsertImages,
            PictureTaken(many=True),
            keep_images,
            image_ops.UPSERT_IMAGES,
        ),
        Op(
            "tracking.get",
            tracking_ops.GetTracking,
            tracking_ops.TrackedRow(many=True),
            get_tracking,
            tracking_ops.GET_EXAMPLES,
            writes=False,
        ),
        Op(
            "messages.fetch",
            message_ops.FetchMessage,
            message_ops.MessageToSend,
            fetch_message,
            message_ops.FETCH_EXAMPLES,
            writes=False,
        ),
        Op(
            "messages.sent",
            message_ops.MessagesSent,
            message_ops.OutcomeKept(many=True),
            messages_sent,
            message_ops.SENT_EXAMPLES,
        ),
        Op(
            "reminders.upsert",
            reminder_ops.UpsertReminder,
            reminder_ops.ReminderKept,
            keep_reminder,
            reminder_ops.UPSERT_EXAMPLES,
            statuses=(200, 201),
        ),
        Op(
            "reminders.fetch",
            reminder_ops.FetchReminder,
            reminder_ops.ReminderToTell,
            fetch_reminder,
            reminder_ops.FETCH_EXAMPLES,
            writes=False,
        ),
        Op(
            "reminders.sent",
            reminder_ops.RemindersSent,
            reminder_ops.ReminderOutcomeKept(many=True),
            reminders_sent,
            reminder_ops.SENT_EXAMPLES,
        ),
    )
}
