"""Versions as the ORM makes them, and versions as django-simple-history makes them."""

from django.db import models
from simple_history.models import HistoricalRecords


class Version(models.Model):
    """One version of a case's helper."""

    case_id = models.IntegerField()
    version = models.IntegerField()
    is_current = models.BooleanField(default=True)
    helper = models.JSONField()
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "peers"
        constraints = [
            models.UniqueConstraint(fields=["case_id", "version"], name="one_per_version"),
            models.UniqueConstraint(fields=["case_id"], condition=models.Q(is_current=True), name="one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"


class Document(models.Model):
    """A helper that is changed in place, and whose history a package keeps."""

    case_id = models.IntegerField(unique=True)
    version = models.IntegerField()
    helper = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        app_label = "peers"

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"
