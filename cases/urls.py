"""Addresses of the catalogue."""

from django.urls import path

from cases import sharing_views, views

urlpatterns = [
    path("cases", views.CaseListView.as_view()),
    path("cases/<str:case_id>", views.CaseView.as_view()),
    path("cases/<str:case_id>/collaborators", sharing_views.CollaboratorsView.as_view()),
    path("cases/<str:case_id>/collaborators/<str:user_id>", sharing_views.CollaboratorView.as_view()),
    path("cases/<str:case_id>/transfer", sharing_views.TransferView.as_view()),
    path("flags", views.FlagsView.as_view()),
]
