"""One field over all versions, and where a text stood."""

from django.urls import URLPattern

from helpers.version_pages import VersionPages


class FieldPages(VersionPages):
    """Reading across versions; nothing here changes anything."""

    def field_urls(self) -> list[URLPattern]:
        return []
