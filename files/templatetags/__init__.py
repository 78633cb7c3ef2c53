"""Filters of the reports' templates."""
