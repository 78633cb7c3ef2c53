"""The people of an office: who they are, what they may do, and letting them in and out."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import people_roles, people_services
from accounts.models import AuditEntry, Org, Profile, User
from accounts.pages import OwnPages, is_manager, managers_only, person
from accounts.people_forms import AddPersonForm, LoginForm, OfficeForm, PersonForm
from core.errors import Refused

_LIST, _ONE, _OFFICE = (
    "admin:accounts_profile_changelist",
    "admin:accounts_profile_change",
    "admin:accounts_org_changelist",
)
_INVALID, _HISTORY = 422, 30


def wrote(form: Any, act: Callable[[], object]) -> bool:
    """Do it, or say on the form why not."""
    try:
        act()
    except Refused as refusal:
        form.add_error(None, f"{refusal.reason} {refusal.hint}")
        return False
    return True


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@admin.register(Profile)
class PeopleAdmin(OwnPages):
    """Everybody sees their colleagues; managers change them. Nobody is deleted."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("roles/", self.roles_view, "roles"),
            # A text, because Django's own forms ask for this address before they know whose it is.
            self.address("<str:key>/", self.person_view, "change"),
            self.address("<uuid:pk>/status/", self.status_view, "status"),
            self.address("<uuid:pk>/password/", never_cache(self.password_view), "password"),
        ]

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.look(request)
        who = person(request)
        people = Profile.objects.colleagues(who.org_id if who else None).with_last_seen().with_case_counts()
        return self.page(
            request,
            "people",
            title=_("Manage people"),
            people=people,
            may_add=self.has_add_permission(request) and is_manager(request),
        )

    def manager(self, request: HttpRequest) -> Profile:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request)

    def colleague(self, request: HttpRequest, pk: UUID) -> Profile:
        """Raises Http404 alike for somebody of another office and for nobody."""
        self.look(request)
        found = Profile.objects.with_last_seen().with_case_counts().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """Add somebody; the password is on the answer to the POST, and nowhere else."""
        who = self.manager(request)
        form = AddPersonForm(request.POST or None, highest=who.role)
        made: list[Any] = []
        if form.is_valid() and wrote(form, lambda: made.extend(people_services.add(**form.cleaned_data))):
            return self.secret(request, Profile.objects.get(pk=made[0]), made[1])
        status = _INVALID if form.errors else 200
        return self.page(request, "form", status=status, title=_("Add a person"), form=form)

    def secret(self, request: HttpRequest, of: Profile, password: str) -> HttpResponse:
        """The page that shows a password this once."""
        of = Profile.objects.with_last_seen().get(pk=of.pk)
        answer = self.page(request, "password", title=of.name, of=of, password=password)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def person_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """What somebody is and may do; managers change it here."""
        of = self.colleague(request, _uuid_or_404(key))
        who = person(request)
        may_change = self.has_change_permission(request) and is_manager(request)
        form = None
        if request.method == "POST" or may_change:
            manager = self.manager(request)
            told = {name: getattr(of, name) for name in PersonForm.base_fields}
            form = PersonForm(request.POST or None, initial=told, highest=manager.role)
            if form.is_valid() and wrote(form, lambda: self.save(form, of)):
                self.message_user(request, _("Saved."))
                return redirect(_ONE, of.pk)
        return self.page(
            request,
            "person",
            status=_INVALID if form and form.errors else 200,
            title=of.name,
            of=of,
            form=form,
            may=people_roles.may(of.role),
            is_self=who is not None and who.pk == of.pk,
        )

    def save(self, form: PersonForm, of: Profile) -> None:
        changes = {name: form.cleaned_data[name] or None for name in form.changed_data}
        people_services.change(user_id=of.pk, **changes)

    def status_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Suspend somebody, or let them back in: a GET says what will happen."""
        self.manager(request)
        of = self.colleague(request, pk)
        is_active = of.status == Profile.Status.ACTIVE
        if request.method != "POST":
            title = _("Suspend") if is_active else _("Let back in")
            return self.page(request, "status", title=title, of=of, is_active=is_active)
        wanted = Profile.Status.SUSPENDED if is_active else Profile.Status.ACTIVE
        done = _("{} was suspended: every door is closed from now on.") if is_active else _("{} was let back in.")
        act = lambda: people_services.change(user_id=pk, status=wanted)  # noqa: E731
        # Whoever pressed the other button on a page that had grown old does nothing.
        if request.POST.get("was") == of.status:
            self.did(request, act, format_html(done, of.name))
        return redirect(_ONE, pk)

    def password_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A new password for one login, for who forgot theirs or has no login here yet."""
        self.manager(request)
        of = self.colleague(request, pk)
        form = LoginForm(request.POST if request.method == "POST" else None)
        made: list[str] = []
        if form.is_valid() and wrote(form, lambda: made.append(self.password(request, of, form))):
            return self.secret(request, of, made[0])
        status = _INVALID if form.errors else 200
        return self.page(request, "new_password", status=status, title=_("New password"), of=of, form=form)

    def password(self, request: HttpRequest, of: Profile, form: LoginForm) -> str:
        by = cast(User, request.user)
        return people_services.give_password(user_id=of.pk, by=by, username=form.cleaned_data["username"])

    def roles_view(self, request: HttpRequest) -> HttpResponse:
        """What each role may do, and what the office decided about it."""
        self.look(request)
        who = person(request)
        return self.page(
            request,
            "roles",
            title=_("What each role may do"),
            roles=[(role.value, role.label) for role in Profile.Role],
            things=[(thing.words, people_roles.by_role(thing)) for thing in people_roles.THINGS],
            office=Org.objects.filter(pk=who.org_id).first() if who else None,
        )


@admin.register(Org)
class OfficeAdmin(OwnPages):
    """One's own office: managers change it, everybody reads it."""

    def get_urls(self) -> list[URLPattern]:
        return [self.address("", self.office_view, "changelist")]

    def office_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.look(request)
        who = person(request)
        office = Org.objects.filter(pk=who.org_id).first() if who else None
        if office is None:
            raise Http404
        may_change = self.has_change_permission(request) and is_manager(request)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = OfficeForm(request.POST or None, instance=office) if may_change else None
        if form is not None and form.is_valid():
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            if not changes or wrote(form, lambda: people_services.change_office(org_id=office.pk, **changes)):
                self.message_user(request, _("Saved."))
                return redirect(_OFFICE)
        return self.page(
            request,
            "office",
            status=_INVALID if form and form.errors else 200,
            title=_("Our office"),
            office=office,
            form=form,
            history=AuditEntry.objects.about("orgs")[:_HISTORY] if may_change else (),
        )
