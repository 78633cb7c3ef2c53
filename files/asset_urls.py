"""Addresses of what stands on reports."""

from django.urls import path

from files import asset_views

urlpatterns = [
    path("report-assets", asset_views.AssetsView.as_view()),
]
