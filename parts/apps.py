"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartsConfig(AppConfig):
    """Parts: searched, found, chosen, needed."""

    name = "parts"
    verbose_name = _("Parts")
