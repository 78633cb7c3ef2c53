"""Addresses of reminders."""

from django.urls import path

from reminders import views

urlpatterns = [
    path("reminders", views.ReminderListView.as_view()),
    path("reminders/<str:reminder_id>", views.ReminderView.as_view()),
    path("reminders/<str:reminder_id>/complete", views.CompleteView.as_view()),
    path("reminders/<str:reminder_id>/snooze", views.SnoozeView.as_view()),
    path("reminders/<str:reminder_id>/cancel", views.CancelView.as_view()),
    path("reminders/<str:reminder_id>/occurrences", views.OccurrenceListView.as_view()),
    path("reminders/<str:reminder_id>/occurrences/<str:occurrence_id>/retry", views.RetryView.as_view()),
]
