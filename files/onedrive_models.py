"""Copies on OneDrive: a mirror of their table, and all reading of them."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.satellites import Satellite
from files.document_models import Document


class OnedriveSyncQuerySet(models.QuerySet["OnedriveSync"]):
    """Reading what became of copies on OneDrive."""

    def wanted(self) -> Self:
        """Those whose file nobody put away before it was there."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> Self:
        """Those that Make has not answered, or could not make."""
        return self.wanted().exclude(status=OnedriveSync.Status.SYNCED)


class OnedriveSync(Satellite):
    """A file's copy on OneDrive: asked for, there, or why not."""

    NO_ANSWER = "no answer"

    class Direction(models.TextChoices):
        OUT = "OUT", _("to OneDrive")
        IN = "IN", _("found on OneDrive")

    class Status(models.TextChoices):
        NONE = "NONE", _("no copies are made")
        PENDING = "PENDING", _("asked for")
        SYNCED = "SYNCED", _("lies on OneDrive")
        FAILED = "FAILED", _("could not be copied")

    document = models.OneToOneField(Document, models.RESTRICT, related_name="onedrive_sync", verbose_name=_("file"))
    direction = models.TextField(_("direction"), choices=Direction, db_default=Direction.OUT)
    status = models.TextField(_("status"), choices=Status, db_default=Status.PENDING)
    reason = models.TextField(_("reason"), null=True)
    attempts = models.IntegerField(_("asked, times"), db_default=0)
    last_requested_at = models.DateTimeField(_("last asked"), null=True)
    next_at = models.DateTimeField(_("asked again"), null=True)
    requested_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="requested_by", related_name="+")
    onedrive_file_id = models.TextField(null=True)
    onedrive_web_url = models.TextField(null=True)
    onedrive_path = models.TextField(null=True)
    synced_at = models.DateTimeField(_("copied"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = OnedriveSyncQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "onedrive_sync"
        verbose_name = _("copy on OneDrive")
        verbose_name_plural = _("copies on OneDrive")
