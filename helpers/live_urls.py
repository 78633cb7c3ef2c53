"""Addresses of live news."""

from django.urls import path

from helpers import live_views

urlpatterns = [
    path("events/ticket", live_views.EventTicketView.as_view()),
    path("events/stream", live_views.EventStreamView.as_view()),
]
