"""What a message says: thin for most, the whole helper where Make keeps a copy of its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from helpers.models import CaseHelper
from make.models import MessageType, WebhookEndpoint

_SAVED = {MessageType.HELPER_SAVED, MessageType.HELPER_RESTORED}


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as it was claimed for one endpoint."""

    type: str
    case_id: UUID | None
    plate: str | None
    version: int | None
    data: dict[str, Any]
    created_at: datetime

    @property
    def timestamp(self) -> str:
        return _utc(self.created_at)


def is_whole(message: Message, body: str) -> bool:
    """True where the helper itself travels."""
    return message.type == MessageType.HELPER_EXPORT or (body == WebhookEndpoint.Body.LEGACY and message.type in _SAVED)


def thin(message: Message) -> str:
    """Ids, version, what changed, and where to read it."""
    named = {"case_id": message.case_id and str(message.case_id), "plate": message.plate, "version": message.version}
    known = {key: value for key, value in named.items() if value is not None}
    told = {**known, **message.data, **({"link": _link(message)} if message.case_id else {}), **_file(message)}
    return _json({"type": message.type, "timestamp": message.timestamp, "data": told})


def whole(message: Message, saved: CaseHelper) -> str:
    """HELPER_EXPORT as Make knows it; the helper goes in as the text it is stored as."""
    head = {
        "helper_name": saved.helper_name,
        "source": saved.source,
        "date": _utc(saved.saved_at),
        "plate_number": saved.plate,
        "version": saved.version,
    }
    tail = {"event": "HELPER_EXPORT", "timestamp": message.timestamp}
    return f'{_json(head)[:-1]}, "data": {saved.helper_json}, {_json(tail)[1:]}'


def _link(message: Message) -> str:
    case = f"{settings.PUBLIC_BASE_URL}/api/v1/cases/{message.case_id}"
    return f"{case}/helper/versions/{message.version}" if message.version else case


def _file(message: Message) -> dict[str, str]:
    """Where one file and its bytes are fetched, with the gateway key of whoever hears this; no secret is in it."""
    match message.type, message.data:
        case MessageType.ONEDRIVE_SYNC, {"document_id": named}:
            file_id = named
        case MessageType.FILE_UPSERTED, {"ids": [named]}:
            file_id = named
        case _:
            return {}
    file = f"{settings.PUBLIC_BASE_URL}/api/v1/files/{file_id}"
    return {"link": file, "content_link": f"{file}/content"}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
