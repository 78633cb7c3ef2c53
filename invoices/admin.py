"""What staff see of invoices."""

from django.contrib import admin

from invoices.assign_admin import AssignPages
from invoices.models import Invoice


@admin.register(Invoice)
class InvoiceAdmin(AssignPages):
    pass
