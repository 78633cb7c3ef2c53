"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MakeConfig(AppConfig):
    """What passes between us and Make."""

    name = "make"
    verbose_name = _("Make")

    def ready(self) -> None:
        from make import checks  # noqa: F401  (registers the system checks)
