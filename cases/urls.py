"""Addresses of the catalogue."""

from django.urls import path

from cases import views

urlpatterns = [
    path("cases", views.CaseListView.as_view()),
    path("cases/<str:case_id>", views.CaseView.as_view()),
    path("flags", views.FlagsView.as_view()),
]
