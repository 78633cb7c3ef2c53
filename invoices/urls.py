"""Addresses of invoices."""

from django.urls import path

from invoices import views

urlpatterns = [
    path("invoices", views.InvoiceListView.as_view()),
    path("invoices/<str:invoice_id>", views.InvoiceView.as_view()),
    path("invoices/<str:invoice_id>/lines", views.LineListView.as_view()),
    path("invoices/<str:invoice_id>/lines/<str:line_number>", views.LineView.as_view()),
    path("invoices/<str:invoice_id>/documents", views.InvoiceDocumentsView.as_view()),
    path("invoice-suppliers", views.SupplierListView.as_view()),
    path("invoice-suppliers/<str:supplier_id>", views.SupplierView.as_view()),
    path("vat-rates", views.RateListView.as_view()),
]
