"""Addresses of the helper."""

from django.urls import path

from helpers import history_views, views

urlpatterns = [
    path("cases/<str:case_id>/helper", views.HelperView.as_view()),
    path("cases/<str:case_id>/helper/versions", history_views.VersionListView.as_view()),
    path("cases/<str:case_id>/helper/versions/<str:version>", views.VersionView.as_view()),
    path("cases/<str:case_id>/helper/restore", history_views.RestoreView.as_view()),
    path("cases/<str:case_id>/helper/compare", history_views.CompareView.as_view()),
    path("cases/<str:case_id>/helper/history", history_views.FieldHistoryView.as_view()),
    path("cases/<str:case_id>/helper/find", history_views.FindView.as_view()),
    path("cases/<str:case_id>/helper/export", views.ExportView.as_view()),
    path("cases/<str:case_id>/helper/export-ticket", views.ExportTicketView.as_view()),
    path("helper-export", views.BeaconView.as_view()),
    path("plates/<str:plate>/helper", views.PlateHelperView.as_view()),
    path("helpers/import", views.ImportView.as_view()),
]
