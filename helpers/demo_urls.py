"""Addresses of the page that shows the client at work."""

from django.urls import path

from helpers import demo_page

urlpatterns = [
    path("", demo_page.page, name="demo"),
    path("token", demo_page.token),
]
