"""Addresses of files."""

from django.urls import path

from files import views

urlpatterns = [
    path("files", views.DocumentListView.as_view()),
    path("files/links/<str:link_id>/revoke", views.RevokeLinkView.as_view()),
    path("files/<str:file_id>", views.DocumentView.as_view()),
    path("files/<str:file_id>/restore", views.RestoreDocumentView.as_view()),
    path("files/<str:file_id>/content", views.ContentView.as_view()),
    path("files/<str:file_id>/share", views.ShareView.as_view()),
    path("sign-url", views.SignUrlView.as_view()),
    path("links/<str:token>", views.LinkView.as_view()),
]
