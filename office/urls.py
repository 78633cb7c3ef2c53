"""Addresses of what looks at everything."""

from django.urls import URLPattern, path

from office import story_views

urlpatterns: list[URLPattern] = []
urlpatterns += [
    path("cases/<str:case_id>/timeline", story_views.TimelineView.as_view()),
    path("events", story_views.EventListView.as_view()),
    path("jobs/<str:job_id>", story_views.JobView.as_view()),
    path("jobs/<str:job_id>/cancel", story_views.JobCancelView.as_view()),
]
