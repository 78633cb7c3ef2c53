"""Addresses of the two."""

from django.urls import path

from bench.peers.views import HistoryView, NaiveView

urlpatterns = [
    path("naive/<int:case_id>", NaiveView.as_view()),
    path("history/<int:case_id>", HistoryView.as_view()),
]
