"""The list of reminders: found, narrowed, and done with many at once."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.search import digits
from core.errors import Refused
from parts.pool_admin import plate_link
from reminders import admin_undo, calendar, services
from reminders.forms import AssignForm, SnoozeForm
from reminders.models import Reminder
from reminders.templatetags import reminding

LIST = "admin:reminders_reminder_changelist"
_MOST = 1000
_Chosen = QuerySet[Reminder]


class WhenFilter(admin.SimpleListFilter):
    """Overdue, today, or this week from Sunday on."""

    title = _("due")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("overdue", _("overdue")),
            ("today", _("today")),
            ("week", _("this week")),
            ("open", _("everything that waits")),
        ]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        now = calendar.today()
        waiting = rows.filter(status__in=calendar.OPEN)
        begin = calendar.sunday(now)
        match self.value():
            case "overdue":
                return calendar.overdue(rows)
            case "today":
                return calendar.due_between(waiting, now, now)
            case "week":
                return calendar.due_between(waiting, begin, calendar.moved(begin, "day", 6))
            case "open":
                return waiting
        return rows


class AssigneeFilter(admin.SimpleListFilter):
    """Whose reminders; nobody's are everybody's."""

    title = _("assigned to")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        active = Profile.objects.filter(status=Profile.Status.ACTIVE).order_by("name")
        people = [(str(one.pk), one.name) for one in active]
        return [("me", _("me")), ("nobody", _("everybody of the office")), *people]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        value = self.value()
        if not value:
            return rows
        if value == "nobody":
            return rows.filter(assigned_to=None)
        key = request.user.profile_id if value == "me" else uuid_of(value)  # type: ignore[union-attr]
        return rows.filter(assigned_to=key) if key else rows.none()


class CaseFilter(admin.SimpleListFilter):
    """A case, as its page asks for it."""

    title = _("case")
    parameter_name = "case"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        chosen = uuid_of(request.GET.get("case", ""))
        plates = Reminder.objects.filter(case_id=chosen).values_list("plate", flat=True)[:1] if chosen else []
        named = [(str(chosen), office.code(office.plate(plate))) for plate in plates]
        return [*named, ("none", _("about no case")), ("any", _("about a case"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        value = self.value()
        if not value:
            return rows
        if value in {"none", "any"}:
            return rows.filter(case__isnull=value == "none")
        key = uuid_of(value)
        return rows.filter(case_id=key) if key else rows.none()


class RuleFilter(admin.SimpleListFilter):
    """The reminders of one rule, as the rule's page asks for them."""

    title = _("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("any", _("made by a rule")),
            *([(request.GET["rule"], _("of this rule"))] if self.key(request) else []),
        ]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() == "any":
            return rows.filter(by_rule__isnull=False)
        return rows.filter(by_rule__rule_id=self.key(request)) if self.key(request) else rows

    def key(self, request: HttpRequest) -> UUID | None:
        return uuid_of(request.GET.get("rule", ""))


class ReminderList(OwnPages):
    """The list is Django's; nothing is deleted in it, what is not wanted is cancelled."""

    list_display = (
        "title_shown",
        "due_shown",
        "plate_shown",
        "category_shown",
        "priority_shown",
        "assignee_shown",
        "status_shown",
    )
    list_display_links = ("title_shown",)
    list_filter: ClassVar[Any] = (
        WhenFilter,
        "status",
        "category",
        "priority",
        AssigneeFilter,
        CaseFilter,
        RuleFilter,
    )
    search_fields = ("title", "plate")
    search_help_text = _("A part of a plate in any spelling, or words of the reminder.")
    actions = ("complete", "snooze_tomorrow", "snooze_week", "snooze_day", "assign", "cancel")
    change_list_template = "admin/reminders/reminder/list.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = Reminder.objects.select_related("assigned_to").defer("description")
        return calendar.with_moment(rows).order_by("stands", "pk")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("stands", "pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        named = Q(title__icontains=term) | Q(description__icontains=term)
        plate = digits(term)
        return queryset.filter(named | Q(plate__contains=plate) if plate else named), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {
            "title": _("Reminders"),
            "may_add": self.has_add_permission(request),
            "undo": admin_undo.offered(request),
            "is_plain": not request.GET,
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Take the last deed with several reminders back."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise Http404
        back, stayed = admin_undo.take_back(request)
        words = ngettext("%(n)s reminder is as it was before.", "%(n)s reminders are as they were before.", back)
        self.message_user(request, words % {"n": back}, messages.SUCCESS if back else messages.WARNING)
        if stayed:
            words = ngettext(
                "%(n)s stayed as it is, because it was changed since or its series went on.",
                "%(n)s stayed as they are, because they were changed since or their series went on.",
                stayed,
            )
            self.message_user(request, words % {"n": stayed}, messages.WARNING)
        return redirect(LIST)

    @admin.display(description=_("what not to forget"), ordering="title")
    def title_shown(self, reminder: Reminder) -> SafeString:
        return format_html("{}{}", office.words(reminder.title), reminding.repeat_sign(reminder))

    @admin.display(description=_("due"), ordering="stands")
    def due_shown(self, reminder: Reminder) -> SafeString:
        return reminding.due(reminder)

    @admin.display(description=_("case"), ordering="plate")
    def plate_shown(self, reminder: Reminder) -> SafeString:
        return plate_link(reminder.case_id, reminder.plate) if reminder.plate else SafeString("—")

    @admin.display(description=_("category"), ordering="category")
    def category_shown(self, reminder: Reminder) -> str:
        return reminder.get_category_display()

    @admin.display(description=_("priority"), ordering="priority")
    def priority_shown(self, reminder: Reminder) -> SafeString:
        return reminding.priority_pill(reminder)

    @admin.display(description=_("assigned to"), ordering="assigned_to__name")
    def assignee_shown(self, reminder: Reminder) -> SafeString:
        return reminding.assignee(reminder)

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, reminder: Reminder) -> SafeString:
        return reminding.status_pill(reminder)

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def complete(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.all_done(request, chosen, lambda one: services.complete(one.pk), gettext("done"))

    @admin.action(description=_("Remind again tomorrow"), permissions=["change"])
    def snooze_tomorrow(self, request: HttpRequest, chosen: _Chosen) -> None:
        words = gettext("put off until tomorrow")
        self.all_done(request, chosen, lambda one: services.snooze(one.pk, calendar.tomorrow_of(one)), words)

    @admin.action(description=_("Remind again next Sunday"), permissions=["change"])
    def snooze_week(self, request: HttpRequest, chosen: _Chosen) -> None:
        words = gettext("put off until next Sunday")
        self.all_done(request, chosen, lambda one: services.snooze(one.pk, calendar.next_week_of(one)), words)

    @admin.action(description=_("Remind again on a day…"), permissions=["change"])
    def snooze_day(self, request: HttpRequest, chosen: _Chosen) -> TemplateResponse | None:
        form = SnoozeForm(request.POST if request.POST.get("confirmed") else None)
        if not form.is_valid():
            return self.asking(request, chosen, form, "snooze_day", gettext("Remind again on a day"))
        words = gettext("put off until %(day)s") % {"day": f"{form.cleaned_data['day']:%d.%m.%Y}"}
        self.all_done(request, chosen, lambda one: services.snooze(one.pk, form.until(one)), words)
        return None

    @admin.action(description=_("Assign to…"), permissions=["change"])
    def assign(self, request: HttpRequest, chosen: _Chosen) -> TemplateResponse | None:
        form = AssignForm(request.POST if request.POST.get("confirmed") else None)
        if not form.is_valid():
            return self.asking(request, chosen, form, "assign", gettext("Assign reminders"))
        key = form.cleaned_data["assigned_to"]
        self.all_done(request, chosen, lambda one: services.update(one.pk, assigned_to_id=key), gettext("assigned"))
        return None

    @admin.action(description=_("Cancel the chosen reminders"), permissions=["change"])
    def cancel(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.all_done(request, chosen, lambda one: services.cancel(one.pk), gettext("cancelled"))

    def asking(self, request: HttpRequest, chosen: _Chosen, form: Any, action: str, title: str) -> TemplateResponse:
        """What else must be known, on a page of its own."""
        rows = list(chosen.order_by()[:_MOST])
        there = reverse(LIST)
        return self.page(request, "asking", title=title, form=form, action=action, rows=rows, there=there)

    def all_done(self, request: HttpRequest, chosen: _Chosen, act: Callable[[Reminder], object], words: str) -> None:
        """Do it with each, say with how many, and offer to take it back; what cannot have it stays and is counted."""
        before = list(chosen.order_by()[:_MOST])
        done, refused = [], 0
        for one in before:
            try:
                act(one)
                done.append(one)
            except Refused:
                refused += 1
        if done:
            told = ngettext("%(n)s reminder: %(what)s.", "%(n)s reminders: %(what)s.", len(done))
            admin_undo.keep(request, told % {"n": len(done), "what": words}, done)
            self.message_user(request, told % {"n": len(done), "what": words}, messages.SUCCESS)
        if refused:
            told = ngettext(
                "%(n)s stayed as it is: it was done or cancelled before.",
                "%(n)s stayed as they are: they were done or cancelled before.",
                refused,
            )
            self.message_user(request, told % {"n": refused}, messages.WARNING)


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
