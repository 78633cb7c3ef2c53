"""The app's own settings, and the admin site it brings."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who you are."""

    name = "accounts"
    verbose_name = _("people")

    def ready(self) -> None:
        from accounts import arrivals, checks, lockout  # noqa: F401  (system checks, and who hears of logins and lock-outs)
        from core import rpc  # noqa: F401  (its dumper must be known before the first connection is made)


class OfficeAdminConfig(AdminConfig):
    """Django's admin, served by our site."""

    default_site = "accounts.site.OfficeAdminSite"
