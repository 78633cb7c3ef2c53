"""Addresses of reports."""

from django.urls import path

from files import report_views

urlpatterns = [
    path("render-report", report_views.RenderReportView.as_view()),
    path("get-report", report_views.GetReportView.as_view()),
    path("reports", report_views.ReportListView.as_view()),
    path("reports/<str:report_id>", report_views.ReportView.as_view()),
]
