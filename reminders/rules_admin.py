"""Rules in the admin: written by managers, looked at before they are switched on, and switched."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.pages import OwnPages, is_manager
from core import rpc
from core.errors import Refused
from reminders import rules_running
from reminders.forms import people
from reminders.rules import ReminderRule

_ONE, _LIST = "admin:reminders_reminderrule_change", "admin:reminders_reminderrule_changelist"
_INVALID = 422
_SHOWN = 20


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a rule counts from, and what it writes."""

    title = forms.CharField(
        label=_("what not to forget"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    days = forms.IntegerField(label=_("number of days"), min_value=0, max_value=730)
    to_case_assignee = forms.BooleanField(label=_("for whom the case is assigned to"), required=False)
    assigned_to = forms.ModelChoiceField(
        Profile.objects.none(), label=_("otherwise for"), required=False, empty_label=_("everybody of the office")
    )
    description = forms.CharField(
        label=_("description"),
        max_length=5000,
        required=False,
        empty_value=None,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    class Meta:
        model = ReminderRule
        fields = (
            *("title", "days", "direction", "based_on", "category", "priority", "due_time"),
            *("to_case_assignee", "assigned_to", "channel", "send_notification", "description"),
        )
        widgets = {"due_time": forms.TimeInput(format="%H:%M", attrs={"type": "time", "dir": "ltr"})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["assigned_to"]
        chosen.queryset = Profile.objects.filter(pk__in=[key for key, _name in people() if key]).order_by("name")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        is_late = given.get("based_on") == ReminderRule.Base.UNPAID
        if is_late and given.get("direction") == ReminderRule.Direction.BEFORE:
            self.add_error("direction", _("A fee is late after its day, not before it."))
        return given


@admin.register(ReminderRule)
class ReminderRuleAdmin(OwnPages):
    """Everybody may look; managers write and switch. Nothing is deleted: a rule is switched off."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("<uuid:pk>/", self.rule_view, "change"),
            self.address("<uuid:pk>/switch/", self.switch_view, "switch"),
        ]

    def may_write(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and is_manager(request)

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every rule, those that are on first."""
        self.look(request)
        rules = ReminderRule.objects.select_related("assigned_to")
        may = self.may_write(request)
        return self.page(request, "list", title=_("Reminder rules"), is_list=True, rules=rules, may_change=may)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A rule is made switched off; its page shows what it would do."""
        if not (self.has_add_permission(request) and is_manager(request)):
            raise PermissionDenied
        form = RuleForm(request.POST or None, initial={"due_time": "09:00", "to_case_assignee": True})
        if form.is_valid():
            made = ReminderRule(**form.cleaned_data)
            try:
                with rpc.in_our_words():
                    ReminderRule.objects.bulk_create([made])
            except Refused as refused:
                form.add_error(None, f"{refused.reason} {refused.hint}")
            else:
                self.message_user(request, gettext("The rule was kept. It does nothing until it is switched on."))
                return redirect(_ONE, made.pk)
        status = _INVALID if form.errors else 200
        return self.page(request, "form", status=status, title=_("New rule"), form=form)

    def rule(self, request: HttpRequest, pk: UUID) -> ReminderRule:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        found = ReminderRule.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def rule_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What the rule says and would do now; a POST changes what it says."""
        rule = self.rule(request, pk)
        if request.method == "POST" and not self.may_write(request):
            raise PermissionDenied
        form = RuleForm(request.POST or None, instance=ReminderRule.objects.get(pk=pk))
        if form.is_valid():
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            if self.did(request, lambda: _change(pk, changes), gettext("The rule was changed.")):
                return redirect(_ONE, pk)
        count, wanted = rule.preview(_SHOWN)
        return self.page(
            request,
            "rule",
            status=_INVALID if form.errors else 200,
            title=rule.title,
            rule=rule,
            form=form,
            count=count,
            wanted=wanted,
            more=max(0, count - len(wanted)),
            standing=rule.standing(),
            may_change=self.may_write(request),
        )

    def switch_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """On, with a first run at once; or off, and what it made stays."""
        if request.method != "POST":
            raise Http404
        self.rule(request, pk)
        if not self.may_write(request):
            raise PermissionDenied
        is_on = request.POST.get("on") == "1"
        try:
            ran = rules_running.switch(pk, is_on=is_on)
        except Refused as refused:
            self.message_user(request, f"{refused.message} {refused.hint}", messages.ERROR)
            return redirect(_ONE, pk)
        words = ngettext(
            "The rule is on; it made %(n)s reminder.", "The rule is on; it made %(n)s reminders.", ran.made
        ) % {"n": ran.made}
        self.message_user(request, words if is_on else gettext("The rule is off; the reminders it made stay."))
        return redirect(_ONE, pk)


def _change(pk: UUID, changes: dict[str, Any]) -> None:
    with rpc.in_our_words():
        if changes:
            ReminderRule.objects.filter(pk=pk).update(**changes)
