"""Addresses of the knowledge base."""

from django.urls import path

from knowledge import views

urlpatterns = [
    path("kb/docs", views.DocListView.as_view()),
    path("kb/docs/<str:doc_id>", views.DocView.as_view()),
    path("kb/search", views.SearchView.as_view()),
]
