"""Staff logins, for those who may give them out; and who changed what about the machinery."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import people_admin as people_admin  # registers the people's and the office's pages
from accounts.models import AuditEntry, AuditEntryQuerySet, User
from accounts.pages import OwnPages
from accounts.templatetags import audit, office


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's page for users, with the person whose office the login sees."""

    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Office"), {"fields": ("profile_id",)}))
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Office"), {"fields": ("is_staff", "profile_id")}))


class TableFilter(admin.SimpleListFilter):
    """What was changed."""

    title = _("table")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return audit.TABLES.items()

    def queryset(self, request: HttpRequest, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:  # type: ignore[override]
        return entries.filter(table_name=self.value()) if self.value() else entries


@admin.register(AuditEntry)
class AuditAdmin(OwnPages):
    """The audit log; it is only looked at."""

    list_display = ("moment_shown", "who", "action", "table_shown", "subject_shown", "changes_shown")
    list_display_links = None
    list_filter = (TableFilter, "action", ("created_at", admin.DateFieldListFilter))
    sortable_by = ()
    actions = None
    change_list_template = "admin/plain_list.html"

    def get_queryset(self, request: HttpRequest) -> AuditEntryQuerySet:
        return AuditEntry.objects.with_names()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Audit log")} | (extra_context or {}))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    @admin.display(description=_("time"))
    def moment_shown(self, entry: AuditEntry) -> SafeString:
        return office.moment(entry.created_at)

    @admin.display(description=_("by"))
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_name or gettext("the system")  # type: ignore[attr-defined]

    @admin.display(description=_("table"))
    def table_shown(self, entry: AuditEntry) -> str:
        return audit.table_words(entry)

    @admin.display(description=_("what"))
    def subject_shown(self, entry: AuditEntry) -> SafeString:
        return audit.subject(entry)

    @admin.display(description=_("before and after"))
    def changes_shown(self, entry: AuditEntry) -> SafeString:
        return mark_safe(render_to_string("admin/changes.html", {"entry": entry}))  # noqa: S308  (drawn by a template)
