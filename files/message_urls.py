"""Addresses of messages."""

from django.urls import path

from files import message_views

urlpatterns = [
    path("messages", message_views.MessageListView.as_view()),
    path("messages/preview", message_views.PreviewMessageView.as_view()),
    path("messages/<str:message_id>", message_views.MessageView.as_view()),
    path("messages/<str:message_id>/retry", message_views.RetryMessageView.as_view()),
]
