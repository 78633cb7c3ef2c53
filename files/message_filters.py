"""What a list of messages may be narrowed by."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from cases.search import digits
from files.models import OutboundMessage


class MessageFilter(filters.FilterSet):
    """The query string of `GET /messages`."""

    case_id = filters.UUIDFilter()
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    channel = filters.MultipleChoiceFilter(choices=OutboundMessage.Channel.choices)
    status = filters.MultipleChoiceFilter(choices=OutboundMessage.Status.choices)

    def by_plate(self, messages: QuerySet[OutboundMessage], name: str, value: str) -> QuerySet[OutboundMessage]:
        return messages.filter(plate=digits(value))


QUERY = [
    OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
    for name, one in MessageFilter.base_filters.items()
]
