"""Addresses of what looks at everything."""

from django.urls import path

from office import story_views, views

urlpatterns = [
    path("cases/<str:case_id>/timeline", story_views.TimelineView.as_view()),
    path("events", story_views.EventListView.as_view()),
    path("jobs/<str:job_id>", story_views.JobView.as_view()),
    path("jobs/<str:job_id>/cancel", story_views.JobCancelView.as_view()),
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
