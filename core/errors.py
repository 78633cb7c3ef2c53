"""What every door says when a rule says no."""

import json
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# code -> status, the sentence for a person, what to do next
CATALOGUE: dict[str, tuple[int, Promise, Promise]] = {
    "invalid_json": (400, _("The body is not valid JSON."), _("Send UTF-8 JSON; details name the line and column.")),
    "invalid": (422, _("Something in the request has the wrong shape or value."), _("Details name each place.")),
    "duplicate_key": (
        422,
        _("A key appears twice in one object."),
        _("Remove one of the two; details name the place."),
    ),
    "unstorable_text": (
        422,
        _("A text holds a character that cannot be stored."),
        _("Remove the NUL character or the half surrogate pair at the place in details."),
    ),
    "number_out_of_range": (422, _("A number would come back different."), _("Send it as text, or shorten it.")),
    "body_too_large": (413, _("The body is too large."), _("Details name the limit in bytes.")),
    "length_required": (411, _("The body has no length."), _("Send a Content-Length header.")),
    "unsupported_media_type": (
        415,
        _("This kind of body is not taken."),
        _("Send what details name, as UTF-8 and not compressed."),
    ),
    "method_not_allowed": (405, _("This address does not take that method."), _("See /api/docs.")),
    "unauthenticated": (401, _("Log in first."), _("Send a valid access token as Authorization: Bearer.")),
    "forbidden": (403, _("You may not do this."), _("Ask a manager of the office.")),
    "not_found": (404, _("Not found."), _("Check the address; what belongs to another office is not shown.")),
    "version_required": (
        428,
        _("Say which version you read."),
        _("Send version in the body, or the ETag you read as If-Match."),
    ),
    "version_conflict": (
        409,
        _("Somebody saved meanwhile: the helper has moved on."),
        _("Load the current version, compare, and save again over it."),
    ),
    "version_immutable": (409, _("A saved version never changes."), _("Save a new version instead.")),
    "open_case_exists": (409, _("This plate has an open case already."), _("Work in the case named in details.")),
    "plate_immutable": (409, _("The plate of a case never changes."), _("Open a case for the other plate.")),
    "idempotency_key_required": (
        400,
        _("Say by a key of your own which call this is."),
        _("Send an Idempotency-Key header: the same for a repeat, another for a new call."),
    ),
    "idempotency_in_progress": (
        409,
        _("The same call is being answered just now."),
        _("Wait as long as Retry-After says, and repeat it with the same key."),
    ),
    "idempotency_mismatch": (
        422,
        _("This key was used for another call."),
        _("Send a new Idempotency-Key for a new call."),
    ),
    "module_moved": (
        409,
        _("This part of the case is no longer written by Make."),
        _("Leave out the sections named in details, or turn the module's switch back."),
    ),
    "cutover_not_ready": (
        409,
        _("Not every precondition of the switch is met; nothing was turned."),
        _("Details name those that are not. Put them right, or say why it shall be even so."),
    ),
    "cutover_stands": (409, _("It stands so already."), _("Nothing has to be turned.")),
    "unreadable_answer": (
        422,
        _("What came cannot be read; it is kept as it came."),
        _("Look at the kept text that details name."),
    ),
    "conflict": (409, _("This contradicts what is stored."), _("Load the present state and try again.")),
    "assign_anew": (
        409,
        _("What the lines were assigned to is not there any more, or not as it was."),
        _("Assign the lines named in details anew, then accept."),
    ),
    "changed_since": (
        409,
        _("What accepting changed was changed again since."),
        _("Put the places named in details right by hand, or bring back the version from before."),
    ),
    "no_public_address": (
        409,
        _("A link in this message would lead nowhere: this system's own address is not known."),
        _("Set FILES_ORIGIN or PUBLIC_BASE_URL, or send the message without a file."),
    ),
    "last_manager": (
        409,
        _("An office keeps one active manager."),
        _("Make somebody else a manager first."),
    ),
    "own_status": (409, _("Nobody suspends himself."), _("Ask another manager of the office.")),
    "person_exists": (
        409,
        _("Somebody has this e-mail address already."),
        _("Look for the person in the list, also among those who were suspended."),
    ),
    "rate_limited": (429, _("Too many requests."), _("Wait as long as Retry-After says.")),
    "dependency_down": (503, _("A part we need does not answer just now."), _("Try again in a moment.")),
    "internal_error": (500, _("Something went wrong on our side."), _("Tell us the X-Request-Id.")),
}


class Refused(Exception):
    """A rule said no; nothing was changed."""

    code = "invalid"

    def __init__(self, code: str = "", *, details: Any = None, retry_after: int | None = None) -> None:
        self.code = code or self.code
        self.details = details
        self.retry_after = retry_after
        super().__init__(self.code)

    @property
    def status(self) -> int:
        return CATALOGUE.get(self.code, CATALOGUE["conflict"])[0]

    @property
    def message(self) -> str:
        return str(CATALOGUE.get(self.code, CATALOGUE["conflict"])[1])

    @property
    def reason(self) -> str:
        """What is wrong in the place itself, where that is known, for a page that shows the place."""
        told = self.details if isinstance(self.details, list) else []
        return "; ".join(one["reason"] for one in told) or self.message

    @property
    def hint(self) -> str:
        return str(CATALOGUE.get(self.code, CATALOGUE["conflict"])[2])

    def __str__(self) -> str:
        return self.message


class NotFound(Refused):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class Conflict(Refused):
    """The present state contradicts what was asked."""

    code = "conflict"


class Invalid(Refused):
    """A value is wrong; `details` is a list of {pointer, reason}."""

    code = "invalid"

    @classmethod
    def at(cls, pointer: str, reason: str) -> "Invalid":
        return cls(details=[{"pointer": pointer, "reason": reason}])


def from_database(exc: DatabaseError | InterfaceError) -> Refused | None:
    """Translate what Postgres said into a refusal; None where it is a defect of ours."""
    cause = exc.__cause__
    state = getattr(cause, "sqlstate", None) or ""
    diag = getattr(cause, "diag", None)
    if state in {"PT404", "PT409", "PT422"}:
        return _from_function(state, diag.message_detail if diag else None, diag.message_primary if diag else None)
    if state == "42501":
        return Refused("forbidden")
    if state == "23505" and diag and diag.constraint_name == "cases_one_open_per_plate":
        return Conflict("open_case_exists")
    if state in {"23505", "23503"}:
        return Conflict(state, details=diag.constraint_name if diag else None)
    if state.startswith("22") or state in {"23514", "23502", "54000", "54001"}:
        # The server's own message quotes the content, so it goes no further.
        return Invalid.at("", "the database cannot hold this value")
    if state in {"40001", "40P01", "55P03", "57014"} or isinstance(exc, OperationalError | InterfaceError):
        return Refused("dependency_down", retry_after=1)
    return None


def _from_function(state: str, detail: str | None, message: str | None) -> Refused:
    try:
        told = json.loads(detail or "{}")
    except ValueError:
        told = {}
    code = told.pop("code", {"PT404": "not_found", "PT409": "conflict", "PT422": "invalid"}[state])
    if state == "PT404":
        return NotFound(code)
    if state == "PT422":
        pointers = told.get("pointers") or [told.get("pointer", "")]
        return Invalid(details=[{"pointer": pointer, "reason": message or ""} for pointer in pointers])
    return Conflict(code, details=told or None)
