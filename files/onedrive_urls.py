"""Addresses of OneDrive."""

from django.urls import path

from files import onedrive_views

urlpatterns = [
    path("sync-onedrive", onedrive_views.SyncView.as_view()),
    path("files/<str:file_id>/assign", onedrive_views.AssignView.as_view()),
]
