"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """What Make fetches outside."""

    name = "intake"
    verbose_name = _("Answers from outside")
