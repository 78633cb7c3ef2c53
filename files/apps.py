"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Files, pictures, reports and OneDrive."""

    name = "files"
    verbose_name = _("Files and reports")
