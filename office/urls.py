"""Addresses of what looks at everything."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
