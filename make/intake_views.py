"""The way in besides the gateway, over HTTP."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import checked, shown
from core.body import raw_body
from core.errors import Invalid
from helpers import services
from make import bodies, idempotency, intake, intake_examples
from make.bodies import Document, Sent
from make.intake_serializers import HelperSynced, HelperUpdated, Ingested, IngestExternal, SyncHelper, UpdateHelper
from make.keeping import KeepingView, kept_if_refused


def is_make(request: Request) -> bool:
    """True when it is Make that calls, by its key or as the service."""
    caller: Any = request.user
    return bool(caller.is_service or caller.gateway_key)


def read(request: Request, *, source: str) -> Sent:
    """The one object of a body. Raises Refused; what cannot be read is kept under `source`."""
    raw = raw_body(request._request)
    with kept_if_refused(raw, source=source):
        return bodies.read(raw)


class IntakeView(KeepingView):
    """A call that Make may repeat: with an Idempotency-Key the same call gets the same answer."""

    for_keys: str

    def once(self, request: Request, sent: Sent, act: Callable[[], Response]) -> HttpResponse:
        """Answer with `act`, or with what it answered to the same key before; without a key just act."""
        header = request.headers.get("Idempotency-Key")
        if not is_make(request):
            return act()
        if not (header or sent.fields.get("idempotency_key")):
            answer = act()
            idempotency.count(self.for_keys, answer.status_code)
            return answer
        caller: Any = request.user
        key = idempotency.key_of(header, sent)
        claim = idempotency.claim(principal=caller.ident, key=key, op=self.for_keys, sent=sent)
        if claim.answer is not None:
            status, content = claim.answer
            return HttpResponse(content, "application/json", status, headers={"Idempotency-Replayed": "true"})
        answer = act()
        claim.keep(answer.status_code, JSONRenderer().render(answer.data))
        return answer


class IngestExternalView(IntakeView):
    """What a source outside answered."""

    for_keys = "ingest-external"

    @extend_schema(
        operation_id="ingest_external",
        request=IngestExternal,
        responses=Ingested,
        examples=intake_examples.INGEST_EXTERNAL,
    )
    def post(self, request: Request) -> HttpResponse:
        raw = raw_body(request._request)
        with kept_if_refused(raw, source=self.for_keys):
            envelope = intake.open_envelope(raw)
        return self.once(request, envelope.sent, lambda: self.ingest(request, envelope))

    def ingest(self, request: Request, envelope: intake.Envelope) -> Response:
        asked = checked(IngestExternal(data=envelope.sent.fields))
        case_id, version = services.queue(
            case_id=asked.get("case_id"), plate=asked.get("plate"), org_id=asked.get("org_id")
        )
        done = intake.ingest(
            case_id=case_id, version=version, source=asked["source"], envelope=envelope, by_make=is_make(request)
        )
        return Response(shown(Ingested, done))


class UpdateHelperView(IntakeView):
    """A patch of the current helper."""

    for_keys = "update-helper"

    @extend_schema(
        operation_id="update_helper",
        request=UpdateHelper,
        responses=HelperUpdated,
        examples=intake_examples.UPDATE_HELPER,
    )
    def post(self, request: Request) -> HttpResponse:
        sent = read(request, source=self.for_keys)
        return self.once(request, sent, lambda: self.update(request, sent))

    def update(self, request: Request, sent: Sent) -> Response:
        asked = checked(UpdateHelper(data=sent.fields))
        source = asked.get("source")
        if source is None and is_make(request):
            raise Invalid.at("/source", "Make says which of its sources this is")
        case_id, version = services.queue(
            case_id=asked.get("case_id"), plate=asked.get("plate"), org_id=asked.get("org_id")
        )
        saved: Any = intake.merge(
            case_id=case_id,
            patch=sent.json("patch"),
            sections=asked["patch"],
            source=source,
            trigger=f"update:{source or 'person'}",
            null_removes=True,
            by_make=is_make(request),
            expected_version=asked.get("version"),
        )
        saved.unchanged = saved.version == version
        if saved.unchanged:
            saved.changed_sections = []
        answer = Response(shown(HelperUpdated, saved))
        answer["ETag"] = f'"v{saved.version}"'
        return answer


class SyncHelperView(IntakeView):
    """The shadow mirror's write, as Make's scenarios call it."""

    for_keys = "sync_helper"

    @extend_schema(
        operation_id="sync_helper",
        request=SyncHelper,
        responses=HelperSynced,
        examples=intake_examples.SYNC_HELPER,
    )
    def post(self, request: Request) -> HttpResponse:
        sent = read(request, source=self.for_keys)
        return self.once(request, sent, lambda: self.sync(sent))

    def sync(self, sent: Sent) -> Response:
        with kept_if_refused(sent.raw, source=self.for_keys):
            asked = checked(SyncHelper(data=sent.fields))
        found: Document = asked["helper_json"]
        return Response(
            intake.sync(case_id=asked["case_id"], helper_json=found.inside(sent), source=asked.get("source") or "MAKE")
        )
