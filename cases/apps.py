"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """The catalogue of cases."""

    name = "cases"
    verbose_name = _("cases")
