"""The app that moves an office's existing data in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovingConfig(AppConfig):
    """Runs, source documents and what a person must decide."""

    name = "moving"
    verbose_name = _("Moving in")
