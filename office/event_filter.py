"""What the report of everything that happened may be narrowed by."""

from typing import Any

from django_filters import rest_framework as filters

from cases.models import Event, EventQuerySet
from cases.search import digits


class EventFilter(filters.FilterSet):  # type: ignore[misc]  # its library brings no types
    """The query string of `GET /events`."""

    type = filters.CharFilter(
        method="by_type", max_length=500, label="Types or first words of them, comma separated: `case_helper,delivery`."
    )
    actor = filters.UUIDFilter(field_name="actor_id", label="The person's id.")
    door = filters.ChoiceFilter(choices=Event.Door.choices, label="Through which door it came.")
    case_id = filters.UUIDFilter(field_name="case_id", label="The case's id.")
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label="From this moment on.")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", label="Before this moment.")
    before = filters.UUIDFilter(method="by_event", label="What happened before this event: the way to the next page.")
    format = filters.ChoiceFilter(
        method="as_it_is", choices=[("json", "json"), ("csv", "csv")], label="`csv` for a spreadsheet's file."
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def by_type(self, events: EventQuerySet, name: str, value: str) -> EventQuerySet:
        return events.of_types(types_in(value))

    def by_plate(self, events: EventQuerySet, name: str, value: str) -> EventQuerySet:
        return events.of_plate(value) if digits(value) else events.none()

    def by_event(self, events: EventQuerySet, name: str, value: Any) -> EventQuerySet:
        return events.before(value)

    def as_it_is(self, events: EventQuerySet, name: str, value: str) -> EventQuerySet:
        return events


def types_in(text: str) -> list[str]:
    """The types of a list with commas."""
    return [one.strip() for one in text.split(",") if one.strip()]
