"""Addresses of what looks at everything."""

from django.urls import path

from office import views

urlpatterns = [
    path("tracking/general", views.GeneralView.as_view()),
    path("tracking/expertise", views.ExpertiseView.as_view()),
    path("tracking/final_report", views.FinalReportView.as_view()),
    path("tracking/payments", views.PaymentSheetView.as_view()),
    path("payments", views.PaymentListView.as_view()),
    path("payments/<str:payment_id>", views.PaymentView.as_view()),
    path("payments/<str:payment_id>/contact", views.ContactView.as_view()),
    path("payments/<str:payment_id>/fee-invoices", views.FeeInvoiceListView.as_view()),
    path("payments/<str:payment_id>/fee-invoices/<str:invoice_id>", views.FeeInvoiceView.as_view()),
]
