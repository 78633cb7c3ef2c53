"""Addresses of parts."""

from django.urls import path

from parts import views

urlpatterns = [
    path("parts/search-sessions", views.SessionListView.as_view()),
    path("parts/search-sessions/<str:session_id>", views.SessionView.as_view()),
    path("parts/search-results", views.PoolView.as_view()),
    path("parts/search-results/<str:result_id>", views.FoundView.as_view()),
    path("parts/search-results/<str:result_id>/select", views.SelectView.as_view()),
    path("parts/selected", views.SelectedListView.as_view()),
    path("parts/selected/<str:selected_id>", views.SelectedView.as_view()),
    path("parts/suggestions", views.SuggestionsView.as_view()),
    path("parts/archived", views.ArchivedListView.as_view()),
    path("parts/required", views.RequiredListView.as_view()),
    path("parts/required/<str:row_uuid>", views.RequiredView.as_view()),
]
