"""A call that comes twice happens once: its key, its effect and its answer are kept in one transaction."""

import re
from typing import Any, NamedTuple

from django.db import connection

from core import rpc
from core.errors import Invalid, Refused
from make.bodies import Sent

# A comma is what a server puts between two headers of one name.
_KEY = re.compile(r"[\x20-\x2b\x2d-\x7e]{1,255}")
# The database reads the body as it came: two that differ in the last digit are two.
_CLAIM = """
select f.fingerprint, c.state, c.status, c.answer
from (
  select encode(sha256(convert_to(((%s #> %s::text[]) - 'idempotency_key')::text, 'UTF8')), 'hex') as fingerprint) f,
lateral private.idempotency_claim(%s, %s, %s, f.fingerprint) c
"""
# Kept and counted by one statement: a call costs no further trip.
_KEEP = "select private.idempotency_keep(%s, %s, %s, %s, %s, %s), private.gateway_call_add(%s, %s)"
_COUNT = "select private.gateway_call_add(%s, %s, %s)"


class Claim(NamedTuple):
    """A call by its caller and key; `answer` is what it was told before, None where it is new."""

    principal: str
    key: str
    op: str
    fingerprint: str
    answer: tuple[int, bytes] | None

    def keep(self, status: int, content: bytes) -> None:
        """Keep the answer, to be told again, and count the call."""
        kept: list[Any] = [self.principal, self.key, self.op, self.fingerprint, status, content.decode()]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [*kept, self.op, status])


def count(op: str, status: int, code: str | None = None) -> None:
    """Count a call of Make's that no key is kept of, for the rate that a module's switch asks for."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [op, status, code])


def key_of(header: str | None, sent: Sent) -> str:
    """The key of a call, from its header or its body.

    Raises Refused `idempotency_key_required` without a usable one, and Invalid when the two differ.
    """
    inside = sent.fields.get("idempotency_key")
    told = {str(key).strip() for key in (header, inside) if key is not None and key != ""}
    if len(told) > 1:
        raise Invalid.at("/idempotency_key", "the header Idempotency-Key says another")
    key = told.pop() if told else ""
    if not _KEY.fullmatch(key):
        raise Refused("idempotency_key_required", details={"key": "1 to 255 printable ASCII characters, no comma"})
    return key


def claim(*, principal: str, key: str, op: str, sent: Sent) -> Claim:
    """Hold the key until the transaction ends, or find what the call was answered.

    Raises Refused `idempotency_mismatch` for another call's key, `idempotency_in_progress` while it is being answered.
    """
    body, path = (sent.raw, list(sent.path)) if sent.stands_for is None else (sent.stands_for, [])
    asked: list[Any] = [rpc.JsonText(body), path, principal, key, op]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, asked)
        fingerprint, state, status, answer = cursor.fetchone()
    if state == "mismatch":
        raise Refused("idempotency_mismatch")
    if state == "busy":
        raise Refused("idempotency_in_progress", retry_after=1)
    return Claim(principal, key, op, fingerprint, (status, answer.encode()) if state == "known" else None)
