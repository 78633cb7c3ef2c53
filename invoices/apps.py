"""The app's own settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    """Invoices: what came in, to which damage center it belongs, what was accepted."""

    name = "invoices"
    verbose_name = _("Invoices")
