"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpersConfig(AppConfig):
    """The helper and its versions."""

    name = "helpers"
    verbose_name = _("case versions")
