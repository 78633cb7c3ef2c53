"""What the office calls the damage centers of a case, as its current helper has them."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.tracking import TrackingExpertise

# As the database calls a center that has no name.
_NUMBERED = "מוקד "


def labels(case_id: UUID | None) -> dict[str, str]:
    """The helper's Id of each damage center, and its words, in their order."""
    if case_id is None:
        return {}
    rows = TrackingExpertise.objects.filter(case_id=case_id).order_by("damage_center_index")
    found = rows.values_list("center_key", "damage_center_index", "damage_center_name")
    return {key: _words(index, name or "") for key, index, name in found}


def place(order: list[str], key: str | None) -> tuple[int, str]:
    """Damage centers as the helper has them, then those it does not know any more, then what belongs to none."""
    if key is None:
        return len(order) + 1, ""
    return (order.index(key), "") if key in order else (len(order), key)


def _words(index: int, name: str) -> str:
    """A center without a name of its own is called by its number already."""
    return name if name.startswith(_NUMBERED) else f"{_('Damage center')} {index} · {name}".removesuffix(" · ")
