"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    """Reminders and the minute hand that releases them."""

    name = "reminders"
    verbose_name = _("Reminders")
