"""What happened, as sentences. Nobody's gender is known, so it is told by whom something was done, not who did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Event
from helpers import labels, wording
from office import changes
from office.phrases import Code, Listed, Sentence, Words, say

_MOST_SECTIONS = 4


@dataclass(frozen=True)
class Entry:
    """One thing that happened, of an event or of a delivery; `times` of them where a run of them is folded."""

    id: UUID
    type: str
    at: datetime
    actor: UUID | None = None
    actor_name: str | None = None
    door: str = ""
    version: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    case_id: UUID | None = None
    plate: str | None = None
    times: int = 1

    @property
    def kind(self) -> str:
        return self.type.partition(".")[0]


def sentence(entry: Entry, people: Mapping[str, str] | None = None) -> Sentence:
    """The entry in the language that is set, with who did it."""
    told = _SAID.get(entry.type) or _SAID.get(entry.kind) or _row
    what = told(entry, people or {})
    if entry.times > 1:
        what = say(_("{what} – {n} times"), what=what, n=Code(entry.times))
    who = _who(entry)
    return say(_("{what} by {who}"), what=what, who=who) if who else what


def ref(entry: Entry) -> dict[str, Any]:
    """What the entry is about: its version, its rows, or its delivery."""
    if entry.kind == "delivery":
        return {"delivery_id": str(entry.id)}
    if entry.kind == "case_helper":
        return {"version": entry.version, "helper_name": entry.data.get("helper_name")}
    return {key: entry.data[key] for key in ("table", "ids", "user_id", "endpoint_id") if key in entry.data}


def _who(entry: Entry) -> Words | Code | None:
    if entry.actor_name:
        return Words(entry.actor_name)
    is_makes = entry.door == Event.Door.MAKE and entry.kind not in {"delivery", "webhook_endpoint", *OUTSIDE}
    return Code("Make") if is_makes else None


def _saved(entry: Entry, people: Mapping[str, str]) -> Sentence:
    version, data = Code(entry.version), entry.data
    if "restored_from" in data:
        told = say(
            _("Version {old} was restored as version {version}"), old=Code(data["restored_from"]), version=version
        )
    else:
        told = say(_("Version {version} was saved"), version=version)
    details = [one for one in (_how_much(data), _sections(data)) if one]
    if details:
        told = say("{what} ({details})", what=told, details=Listed(details, ": "))
    label = wording.note(data.get("label") or "", data.get("trigger") or "")
    return say("{what} – {label}", what=told, label=Words(label)) if label else told


def _how_much(data: Mapping[str, Any]) -> Sentence | None:
    n = data.get("changes")
    return say(ngettext("{n} change", "{n} changes", n), n=Code(n)) if n else None


def _sections(data: Mapping[str, Any]) -> Listed | None:
    sections = data.get("changed_sections") or []
    named: list[Any] = [labels.section(key) or Code(key) for key in sections[:_MOST_SECTIONS]]
    if len(sections) > _MOST_SECTIONS:
        named.append(say(_("and {n} more"), n=Code(len(sections) - _MOST_SECTIONS)))
    return Listed(named) if named else None


def _case(entry: Entry, people: Mapping[str, str]) -> Sentence:
    if entry.data.get("created"):
        return say(_("The case was opened"))
    return _with_changes(say(_("The case's details were changed")), "cases", entry, people)


def _status(entry: Entry, people: Mapping[str, str]) -> Sentence:
    names = dict(Case.Status.choices)
    before, after = (Words(names.get(entry.data.get(side, ""), entry.data.get(side, "—"))) for side in ("from", "to"))
    return say(_("The status was changed: {before} → {after}"), before=before, after=after)


def _flag(entry: Entry, people: Mapping[str, str]) -> Sentence:
    before, after = (Code(entry.data.get(side) or "—") for side in ("from", "to"))
    name = Code(entry.data.get("name"))
    return say(_("The switch {name} was turned: {before} → {after}"), name=name, before=before, after=after)


def _membership(entry: Entry, people: Mapping[str, str]) -> Sentence:
    return say(_("Somebody left the office") if _deed(entry) == "delete" else _("Somebody joined the office"))


def _reordered(entry: Entry, people: Mapping[str, str]) -> Sentence:
    return say(_("The order of the pictures was changed"))


def _unreadable(entry: Entry, people: Mapping[str, str]) -> Sentence:
    return say(_("A picture could not be read ({reason})"), reason=Code(entry.data.get("reason") or "—"))


def _paused(entry: Entry, people: Mapping[str, str]) -> Sentence:
    return say(_("A webhook endpoint was paused, because nobody listens there any more"))


def _delivery(entry: Entry, people: Mapping[str, str]) -> Sentence:
    template = {
        "delivered": _("Make was told: {message}"),
        "given_up": _("Telling Make was given up: {message}"),
        "failed": _("Make could not be told yet, it will be tried again: {message}"),
        "waiting": _("On its way to Make: {message}"),
    }.get(entry.type.partition(".")[2], _("Make is not told any more: {message}"))
    message = entry.data.get("message", "")
    field: Any = apps.get_model("make", "Message")._meta.get_field("type")
    choices = dict(field.choices)
    told = say(template, message=str(choices.get(message, message)))
    return say("{what} ({n})", what=told, n=Code(f"v{entry.version}")) if entry.version else told


def _onedrive(entry: Entry, people: Mapping[str, str]) -> Sentence:
    template = {
        "sync_requested": _("Make was asked to copy {file} to OneDrive"),
        "synced": _("{file} was copied to OneDrive"),
    }.get(entry.type.partition(".")[2], _("{file} could not be copied to OneDrive"))
    told = say(template, file=Words(entry.data.get("filename") or "—"))
    reason = entry.data.get("reason")
    if not reason:
        return told
    why: Any = _("Make did not answer") if reason == "no answer" else Words(reason)
    return say("{what} ({why})", what=told, why=why)


def _report(entry: Entry, people: Mapping[str, str]) -> Sentence:
    """A report that was asked for, is ready, or failed; called by its type, draft or final, and its number."""
    data = entry.data.get("became") or entry.data
    model: Any = apps.get_model("files", "Report")
    named = [str(dict(model._meta.get_field(key).choices).get(data.get(key), "—")) for key in ("report_type", "nature")]
    report = say("{what} ({n})", what=Listed(named), n=Code(f"v{data.get('version')}"))
    template = {
        "report.rendered": _("A report is ready: {report}"),
        "report.failed": _("A report could not be made: {report}"),
    }.get(entry.type, _("A report was asked for: {report}"))
    return say(template, report=report)


def _sending(entry: Entry, people: Mapping[str, str]) -> Sentence:
    """A message that was asked for, sent, or not sent: through which channel and to whom, never what it says."""
    data = entry.data.get("became") or entry.data
    model: Any = apps.get_model("files", "OutboundMessage")
    channel = str(dict(model._meta.get_field("channel").choices).get(data.get("channel"), "—"))
    name = data.get("recipient_name")
    message = say("{channel}, {name}", channel=channel, name=Words(name)) if name else say("{channel}", channel=channel)
    template = {
        "sending.sent": _("A message was sent: {message}"),
        "sending.failed": _("A message could not be sent: {message}"),
    }.get(
        entry.type,
        _("A message is to be sent again: {message}") if data.get("again") else _("A message is to be sent: {message}"),
    )
    return say(template, message=message)


def _from_outside(entry: Entry, people: Mapping[str, str]) -> Sentence:
    text = entry.data.get("text") or entry.data.get("message")
    what: Any = Code(entry.type)
    if isinstance(text, str) and text.strip():
        return say("Make · {what}: {text}", what=what, text=Words(text.strip()[:500]))
    small = [
        say("{key}: {value}", key=Words(key), value=Words(value))
        for key, value in entry.data.items()
        if key != "gateway_key" and isinstance(value, int | float | str) and len(str(value)) <= 100
    ]
    return say("Make · {what} ({data})", what=what, data=Listed(small)) if small else say("Make · {what}", what=what)


def _row(entry: Entry, people: Mapping[str, str]) -> Sentence:
    """A row of some table, or of several rows; a kind without words goes by its own name."""
    table, data = entry.data.get("table") or entry.kind, entry.data
    model, count = changes.model_of(table), data.get("rows") or 1
    if model is None:
        return say(_("It happened: {what}"), what=Code(entry.type))
    deed = _deed(entry)
    if deed is None:
        return say("{thing}: {what}", thing=_thing(str(model._meta.verbose_name), data), what=Code(entry.type))
    if count > 1:
        template = {
            "insert": _("{n} {things} were added"),
            "update": _("{n} {things} were changed"),
            "delete": _("{n} {things} were removed"),
        }[deed]
        return say(template, n=Code(count), things=changes.several(table, model))
    template = {
        "insert": _("{thing} was added"),
        "update": _("{thing} was changed"),
        "delete": _("{thing} was removed"),
    }[deed]
    told = say(template, thing=_thing(str(model._meta.verbose_name), data))
    return _with_changes(told, table, entry, people) if deed == "update" else told


def _deed(entry: Entry) -> str | None:
    """What was done with the rows, where the type does not say something of its own such as `invoice.accepted`."""
    verb = entry.type.partition(".")[2]
    if verb in {"upserted", "added", "changed", "removed"}:
        of_verb = {"added": "insert", "removed": "delete"}.get(verb, "update")
        return {"insert": "insert", "update": "update", "delete": "delete"}.get(entry.data.get("op", ""), of_verb)
    return None


def _thing(noun: str, data: Mapping[str, Any]) -> Any:
    name = next(filter(None, map(changes.name_of, (data.get("became"), data.get("was"), data))), None)
    return say("{thing} {name}", thing=noun, name=name) if name else noun


def _with_changes(told: Sentence, table: str, entry: Entry, people: Mapping[str, str]) -> Sentence:
    was, became = entry.data.get("was") or {}, entry.data.get("became") or {}
    changed = changes.changes(table, was, became, people)
    return say("{what} ({changes})", what=told, changes=changed) if changed else told


# What Make may tell of itself; public.events_add holds the same list.
OUTSIDE = (
    *("make", "scenario", "sheet", "mail", "message", "whatsapp", "sms", "push", "call", "calendar", "drive", "folder"),
    *("log", "note"),
)


def _file(entry: Entry, people: Mapping[str, str]) -> Sentence:
    """What was done with a file's link, or that a file was looked at."""
    if entry.type == "file.link_made":
        return say(_("A link to a file was made ({purpose})"), purpose=_purpose(entry))
    if entry.type == "file.worked_on":
        return say(_("A screen worked on a file ({operation})"), operation=Code(entry.data.get("operation", "")))
    if entry.type == "file.link_revoked":
        return say(_("A link to a file was revoked"))
    if entry.data.get("link_id"):
        return say(_("A file was opened by a link ({purpose})"), purpose=_purpose(entry))
    return say(_("A file was opened"))


def _purpose(entry: Entry) -> Words:
    field: Any = apps.get_model("files", "DocumentLink")._meta.get_field("purpose")
    purpose = entry.data.get("purpose", "")
    return Words(dict(field.choices).get(purpose, purpose))


_SAID: dict[str, Callable[[Entry, Mapping[str, str]], Sentence]] = {
    "case_helper.saved": _saved,
    "case_helper.restored": _saved,
    "case.upserted": _case,
    "case.status_changed": _status,
    "flag.changed": _flag,
    "membership": _membership,
    "webhook_endpoint.paused": _paused,
    "image.reordered": _reordered,
    "image.failed": _unreadable,
    "delivery": _delivery,
    "onedrive": _onedrive,
    "report": _report,
    "sending": _sending,
    **dict.fromkeys(("file.opened", "file.link_made", "file.link_revoked", "file.worked_on"), _file),
    **dict.fromkeys(OUTSIDE, _from_outside),
}
