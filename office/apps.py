"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """What looks at everything: tracking, payments, timeline, health."""

    name = "office"
    verbose_name = _("The office")
