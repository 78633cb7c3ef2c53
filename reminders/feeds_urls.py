"""The address of calendars."""

from django.urls import path

from reminders import feeds_views

urlpatterns = [path("calendar/<str:token>.ics", feeds_views.CalendarView.as_view())]
