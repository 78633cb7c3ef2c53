"""Staff logins, for those who may give them out."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's page for users, with the person whose office the login sees."""

    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Office"), {"fields": ("profile_id",)}))
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Office"), {"fields": ("is_staff", "profile_id")}))
