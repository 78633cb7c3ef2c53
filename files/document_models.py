"""Files: a mirror of their table, and all reading of them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases import search
from cases.satellites import Satellite

_MOST_WORDS = 20


class DocumentQuerySet(models.QuerySet["Document"]):
    """Reading the file index."""

    def standing(self) -> Self:
        """Those that nobody put away."""
        return self.filter(deleted_at__isnull=True)

    def of_plate(self, text: str) -> Self:
        """A plate in any spelling, over all its cases."""
        return self.filter(plate=search.digits(text))

    def named(self, text: str) -> Self:
        """Those whose name holds every word, in any order."""
        found = self
        for word in text.replace("\0", "").split()[:_MOST_WORDS]:
            found = found.filter(filename__icontains=word)
        return found

    def to_check(self, before: datetime) -> Self:
        """What lies with us and was not looked at since that moment, the longest ago first."""
        stored = self.filter(storage_key__isnull=False)
        unseen = models.Q(verified_at__isnull=True) | models.Q(verified_at__lt=before)
        return stored.filter(unseen).order_by(models.F("verified_at").asc(nulls_first=True), "id")

    def newest(self) -> Self:
        """The last that came first."""
        return self.order_by("-created_at", "id")

    def waiting(self) -> Self:
        """Those whose case nobody has found yet."""
        return self.standing().filter(case__isnull=True)


class Document(Satellite):
    """One file: the name people see, its SHA-256 in hex, and where its bytes lie, with us or on OneDrive."""

    class Category(models.TextChoices):
        REPORT = "report", _("report")
        INVOICE = "invoice", _("invoice")
        IMAGE = "image", _("picture")
        LICENSE = "license", _("licence")
        ARCHIVE = "archive", _("file cabinet")
        OTHER = "other", _("other document")

    class Bucket(models.TextChoices):
        REPORTS = "reports"
        ORIGINALS = "originals"
        PROCESSED = "processed"
        DOCS = "docs"
        TEMP = "temp"

    class UploadStatus(models.TextChoices):
        STORED = "STORED", _("stored with us")
        LINKED = "LINKED", _("on OneDrive")
        DAMAGED = "DAMAGED", _("damaged")

    # The same content may stand in these more than once.
    MANY_ALIKE = (Category.REPORT, Category.ARCHIVE)

    category = models.TextField(_("category"), choices=Category, db_default=Category.OTHER)
    filename = models.TextField(_("file name"))
    mime_type = models.TextField(_("content type"), null=True)
    size_bytes = models.BigIntegerField(_("size"), null=True)
    bucket_name = models.TextField(choices=Bucket, null=True)
    storage_key = models.TextField(null=True)
    checksum = models.TextField(null=True)
    upload_status = models.TextField(_("where it lies"), choices=UploadStatus, db_default=UploadStatus.STORED)
    notes = models.TextField(_("notes"), null=True, blank=True)
    file_metadata = models.JSONField(db_default={})
    onedrive_file_id = models.TextField(null=True)
    onedrive_web_url = models.TextField(_("on OneDrive"), null=True)
    onedrive_path = models.TextField(null=True)
    verified_at = models.DateTimeField(_("checked"), null=True)
    deleted_at = models.DateTimeField(_("put away"), null=True)
    deleted_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="deleted_by", related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "documents"
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.filename


class WaitingDocument(Document):
    """A file whose case nobody has found yet."""

    class Meta:
        proxy = True
        verbose_name = _("file without a case")
        verbose_name_plural = _("files without a case")
