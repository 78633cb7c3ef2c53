"""Addresses of what passes between us and Make."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
