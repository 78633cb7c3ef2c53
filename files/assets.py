"""What an office puts on its reports: logo, stamp, signature, background, and its own words."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Q

from core import rpc
from core.errors import NotFound, Refused
from files import storage
from files.models import UserAssets

BUCKET = "docs"
_ADD = "insert into public.user_assets (org_id, user_id) values (%s, %s) on conflict do nothing"
# column -> its name in `Assets.business`
_BUSINESS = {
    "business_name": "name",
    "license_number": "licence",
    "address": "address",
    "phone": "phone",
    "email": "email",
    "directive_watermark_text": "directive_watermark",
}


@dataclass(frozen=True)
class Assets:
    """The pictures as bytes and the texts of one person's reports.

    `business` may name name, licence, address, phone, email and directive_watermark.
    """

    logo: bytes | None = None
    signature: bytes | None = None
    stamp: bytes | None = None
    background: bytes | None = None
    watermark: str = ""
    business: dict[str, str] = field(default_factory=dict)


def rows(org_id: UUID, user_id: UUID | None) -> tuple[UserAssets | None, UserAssets | None]:
    """The person's own row and the office's, where there are."""
    found = UserAssets.objects.filter(Q(user_id=user_id) | Q(user__isnull=True), org_id=org_id)
    by_person = {row.user_id: row for row in found}
    return (by_person.get(user_id) if user_id else None), by_person.get(None)


def effective_values(own: UserAssets | None, office: UserAssets | None) -> dict[str, str]:
    """Each column that says something: the person's over the office's."""
    columns = (*UserAssets.PICTURES.values(), *UserAssets.TEXTS)
    said = {name: getattr(own, name, None) or getattr(office, name, None) for name in columns}
    return {name: value for name, value in said.items() if value}


def places(org_id: UUID, user_id: UUID | None) -> dict[str, str]:
    """What counts for a person's reports; read it inside the caller's transaction, and the bytes after it."""
    return effective_values(*rows(org_id, user_id))


def load(values: dict[str, str]) -> Assets:
    """The assets that `places` named, their bytes read; a picture that is gone is none. Raises `dependency_down`."""
    pictures = {name: picture(values.get(column)) for name, column in UserAssets.PICTURES.items()}
    business = {name: values[column] for column, name in _BUSINESS.items() if column in values}
    return Assets(**pictures, watermark=values.get("draft_watermark_text", ""), business=business)


def effective(org_id: UUID, user_id: UUID | None) -> Assets:
    """What stands on a person's reports, in one step."""
    return load(places(org_id, user_id))


def picture(key: str | None) -> bytes | None:
    """A picture by its place; none where there is none."""
    try:
        return b"".join(storage.pieces(BUCKET, key)) if key else None
    except NotFound:
        return None


@dataclass(frozen=True)
class Wish:
    """What is to be set, asked for in one transaction and carried out after it: none is open while bytes are stored."""

    org_id: UUID
    user_id: UUID | None
    texts: dict[str, str | None]
    # name -> a cleaned PNG, or None to take the picture away
    pictures: dict[str, bytes | None]
    as_caller: Callable[[], AbstractContextManager[None]]

    def carry_out(self) -> None:
        """Store the pictures, then name them. Raises Refused `forbidden` or `dependency_down`; nothing is left then."""
        stored = {name: _store(self.org_id, picture) for name, picture in self.pictures.items() if picture}
        places = {UserAssets.PICTURES[name]: stored.get(name) for name in self.pictures}
        try:
            with self.as_caller():
                gone = save(org_id=self.org_id, user_id=self.user_id, changes={**self.texts, **places})
        except BaseException:
            _forget(list(stored.values()))
            raise
        _forget(gone)


def _store(org_id: UUID, picture: bytes) -> str:
    key = f"{org_id}/assets/{uuid4()}.png"
    storage.put(BUCKET, key, io.BytesIO(picture))
    return key


def save(*, org_id: UUID, user_id: UUID | None, changes: dict[str, Any]) -> list[str | None]:
    """Set what stands on the reports of a person, or of the office where there is none.

    Returns the places of pictures that no row names any more. Raises Refused `forbidden` for who may not.
    """
    row = UserAssets.objects.filter(org_id=org_id, user_id=user_id)
    with rpc.in_our_words():
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [org_id, user_id])
        before = row.select_for_update(no_key=True).first()
        if before is None:
            raise Refused("forbidden")
        if changes:
            row.update(**changes)
    return [getattr(before, column) for column in UserAssets.PICTURES.values() if column in changes]


def _forget(keys: list[str | None]) -> None:
    for key in filter(None, keys):
        # A picture that nothing names harms nobody.
        with suppress(Refused):
            storage.remove(BUCKET, key)
