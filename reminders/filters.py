"""What a list of reminders may be narrowed by."""

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from cases.search import digits
from reminders.models import Reminder


class ReminderFilter(filters.FilterSet):
    """The query string of `GET /reminders`."""

    case_id = filters.UUIDFilter()
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    status = filters.MultipleChoiceFilter(choices=Reminder.Status.choices)
    category = filters.MultipleChoiceFilter(choices=Reminder.Category.choices)
    priority = filters.MultipleChoiceFilter(choices=Reminder.Priority.choices)
    assigned_to = filters.UUIDFilter(field_name="assigned_to_id")
    due_from = filters.DateFilter(field_name="due_date", lookup_expr="gte", label="The first day.")
    due_to = filters.DateFilter(field_name="due_date", lookup_expr="lte", label="The last day.")
    overdue = filters.ChoiceFilter(
        method="by_overdue", choices=[("true", "true"), ("false", "false")], label="Past its time, and not done."
    )
    q = filters.CharFilter(method="by_words", max_length=200, label="Every word, in title, description or plate.")

    def by_plate(self, reminders: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        return reminders.filter(plate=digits(value))

    def by_overdue(self, reminders: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        late = Reminder.objects.late()
        return reminders.filter(pk__in=late) if value == "true" else reminders.exclude(pk__in=late)

    def by_words(self, reminders: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        for word in value.split()[:10]:
            found = Q(title__icontains=word) | Q(description__icontains=word)
            reminders = reminders.filter(found | Q(plate__contains=digits(word)) if digits(word) else found)
        return reminders


QUERY = [
    OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
    for name, one in ReminderFilter.base_filters.items()
]
