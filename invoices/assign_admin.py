"""Stands in until the pages of assigning come from their own branch."""

from typing import Any

from django.contrib import admin


class AssignPages(admin.ModelAdmin):  # type: ignore[type-arg]
    """The buttons of assigning, none yet."""

    def assign_actions(self, invoice: Any) -> list[tuple[Any, str]]:
        return []
