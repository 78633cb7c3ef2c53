"""The pictures a report ends with: those the office wants in it, in the order of the damage, under its own words."""

from base64 import b64encode
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from core.errors import NotFound
from files import picture_centers, storage
from files.models import Image
from files.paper import Picture, kinds

# What a report with pictures may weigh at most stays far from what a renderer takes.
MOST, _MOST_BYTES = 60, 8 * 1024 * 1024
_WITH_PICTURES = {"expertise", "opinion"}


class Place(NamedTuple):
    """Where a picture's thumbnail lies, and what is said under it."""

    key: str
    caption: str


class Shown(NamedTuple):
    """The pictures as they are printed, and how many more the case has."""

    pictures: list[Picture]
    left_out: int = 0


def places(report_type: str, case_id: UUID) -> list[Place]:
    """What the report of a case shows; read it inside the caller's transaction, and the bytes after it."""
    if kinds.kind_of(report_type).template not in _WITH_PICTURES:
        return []
    labels = picture_centers.labels(case_id)
    wanted = Image.objects.standing().of_case(case_id).filter(in_reports=True, thumbnail_key__isnull=False)
    found = sorted(wanted, key=lambda image: picture_centers.place(list(labels), image.damage_center_id))
    return [Place(image.thumbnail_key or "", _caption(image, labels)) for image in found]


def load(found: list[Place]) -> Shown:
    """The pictures with their bytes, as many as a report takes; what is gone is left out. Raises `dependency_down`."""
    pictures: list[Picture] = []
    left = _MOST_BYTES
    for place in found[:MOST]:
        with suppress(NotFound):
            content = b"".join(storage.pieces("processed", place.key))
            left -= len(content)
            if left < 0:
                break
            pictures.append(Picture(f"data:image/jpeg;base64,{b64encode(content).decode()}", place.caption))
    return Shown(pictures, len(found) - len(pictures))


def _caption(image: Image, labels: dict[str, str]) -> str:
    """The damage center and the office's own words; a file's name says nothing to who reads the report."""
    return " – ".join(filter(None, (labels.get(image.damage_center_id or "", ""), image.notes)))
