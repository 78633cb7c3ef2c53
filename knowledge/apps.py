"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """What the office knows."""

    name = "knowledge"
    verbose_name = _("Knowledge base")
