"""The gateway's ops about answers from outside."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from core.api import shown
from intake import services
from intake.envelope import answer_in
from intake.models import KeptAnswer, OcrResult
from intake.serializers import Answer, AnswerKept, Confidence
from make.calls import Call
from make.serializers import OfCase

# Not for the verb: who is meant and what came are told it in its own words.
_NO_FACTS = {"answer", "case_id", "org_id", "idempotency_key"}


class KeepAnswer(OfCase):
    """An answer in any form; a plate without an open case keeps it until somebody finds one."""

    # What the scenarios and our own columns call it.
    also = dict.fromkeys(("payload", "raw", "raw_text", "raw_data", "raw_response"), "answer")

    answer = Answer()
    file_ref = serializers.CharField(max_length=500, required=False, allow_null=True)


class UpsertLevi(KeepAnswer):
    """The body of `levi.upsert`: Levi Yitzhak's answer as it came."""

    report_id = serializers.CharField(max_length=200, required=False, allow_null=True)
    report_url = serializers.CharField(max_length=2000, required=False, allow_null=True)


class UpsertVehicle(KeepAnswer):
    """The body of `vehicle.upsert`: what was fetched about a vehicle as it came."""

    source = serializers.CharField(max_length=100, required=False, allow_null=True)  # type: ignore[assignment]


class AddOcr(KeepAnswer):
    """The body of `ocr.add`: what was read from a document; `file_ref` says from which."""

    kind = serializers.ChoiceField(choices=OcrResult.Kind.choices, default=OcrResult.Kind.OTHER)
    engine = serializers.CharField(max_length=100, required=False, allow_null=True)
    confidence = Confidence(required=False, allow_null=True)


def kept(call: Call, keep: Callable[..., KeptAnswer]) -> dict[str, Any]:
    """Keep the answer of a call by one of the services; say what became of it."""
    asked, org_id = call.asked, call.org_id
    case_id = services.case_of(case_id=asked.get("case_id"), plate=asked.get("plate"), org_id=org_id)
    facts = {name: value for name, value in asked.items() if name not in _NO_FACTS}
    came = answer_in(call.sent.raw, call.sent.fields, asked["answer"])
    told: dict[str, Any] = shown(AnswerKept, keep(came, **facts, case_id=case_id, org_id=org_id))
    return told
