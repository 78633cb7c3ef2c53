"""What a message says: an office's own wording or ours, its places filled with facts of the case."""

import re
from typing import NamedTuple
from uuid import UUID

from core.errors import Invalid
from files.models import MessageTemplate

PLACES = ("owner", "plate", "report", "link", "office")
LINK = "{link}"
MOST_LETTERS = 10_000
_MOST_SUBJECT = 300
_SUBJECT = "{office} – {plate}"
_PLACE = re.compile(r"\{([^{}]*)\}")


class Wording(NamedTuple):
    """A wording with its places still empty."""

    title: str
    subject: str
    text: str


# The office writes Hebrew, whoever looks at the page.
OURS = {
    "report": Wording(
        "שליחת דוח",
        "{report} – רכב {plate}",
        "שלום {owner},\n\nמצורף קישור אל {report} של רכב מספר {plate}:\n{link}\n\nבברכה,\n{office}",
    ),
    "estimate": Wording(
        "שליחת אומדן",
        "אומדן נזק – רכב {plate}",
        "שלום {owner},\n\nאומדן הנזק של רכב מספר {plate} מוכן. אפשר לפתוח אותו כאן:\n{link}\n\nבברכה,\n{office}",
    ),
    "documents": Wording(
        "בקשת מסמכים",
        "מסמכים חסרים – רכב {plate}",
        "שלום {owner},\n\nכדי להמשיך בטיפול ברכב מספר {plate} חסרים לנו מסמכים: רישיון רכב, רישיון נהיגה"
        " והודעה לחברת הביטוח.\nנשמח לקבלם בתשובה להודעה זו.\n\nבברכה,\n{office}",
    ),
}


def wordings(org_id: UUID, channel: str | None = None) -> dict[str, Wording]:
    """What an office may choose from, by name; its own before ours, one for the channel before one for all."""
    own = MessageTemplate.objects.filter(org_id=org_id).order_by("channel")
    found = {**OURS}
    for one in sorted(own, key=lambda row: row.channel is not None):
        if one.channel in (None, channel):
            found[one.name] = Wording(one.title, one.subject, one.text)
    return found


def chosen(org_id: UUID, channel: str, *, template: str | None, subject: str | None, text: str | None) -> Wording:
    """The named wording, or the text of one's own, which goes before it. Raises Invalid."""
    if template is not None and text is None:
        wording = wordings(org_id, channel).get(template)
        if wording is None:
            raise Invalid.at("/template", "there is no such wording")
        text, subject = wording.text, subject or wording.subject
    if not text or not text.strip():
        raise Invalid.at("/text", "say the text, or name a wording")
    return Wording("", subject or _SUBJECT, text)


def text_of(wording: Wording, facts: dict[str, str], *, has_link: bool) -> str:
    """The text as it goes out; where a file goes along, a link stands in it in any case. Raises Invalid."""
    text = filled(wording.text, facts, "/text").strip()
    if LINK in text and not has_link:
        raise Invalid.at("/file_id", "this text has a link in it: name a file or a report")
    if has_link and LINK not in text:
        text = f"{text}\n{LINK}"
    if len(text) > MOST_LETTERS:
        raise Invalid.at("/text", "this is too long")
    return text


def subject_of(wording: Wording, facts: dict[str, str]) -> str:
    """The subject in one line, without a link. Raises Invalid."""
    return in_one_line(filled(wording.subject, facts, "/subject").replace(LINK, ""))[:_MOST_SUBJECT]


def filled(text: str, facts: dict[str, str], pointer: str) -> str:
    """The text with its places filled; the link's stays, for who delivers it. Raises Invalid for an unknown place."""

    def fact(place: re.Match[str]) -> str:
        name = place[1].strip()
        if name == "link":
            return LINK
        if name not in facts:
            raise Invalid.at(
                pointer, f"there is no such place, or nothing to fill it with; known are {', '.join(PLACES)}"
            )
        # A fact never brings a place of its own.
        return facts[name].replace("{", "(").replace("}", ")")

    return _PLACE.sub(fact, text)


def in_one_line(text: str) -> str:
    """A subject or a name, in which nothing can begin a new header."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()
