"""Addresses of file cabinets."""

from django.urls import path

from files import cabinet_views

urlpatterns = [
    path("cases/<str:case_id>/archive", cabinet_views.CabinetView.as_view()),
    path("cases/<str:case_id>/archive/<str:job_id>", cabinet_views.CabinetJobView.as_view()),
    path("cases/<str:case_id>/archive/<str:job_id>/cancel", cabinet_views.CancelCabinetView.as_view()),
]
