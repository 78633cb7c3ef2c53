"""Links to files: a mirror of their table, and all reading of them."""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case
from files.document_models import Document


class LinkQuerySet(models.QuerySet["DocumentLink"]):
    """Reading the links that were made."""

    def listed(self, document_id: uuid.UUID) -> Self:
        """Those to a file that people made, the newest first; looking at it on a page of ours makes one each time."""
        made = self.filter(document_id=document_id).exclude(purpose=DocumentLink.Purpose.PREVIEW)
        return made.select_related("created_by").order_by("-created_at", "id")


class DocumentLink(models.Model):
    """A link that opens one file for one purpose; the token itself is known to nobody but who was given it."""

    class Purpose(models.TextChoices):
        PREVIEW = "preview", _("preview")
        DOWNLOAD = "download", _("download")
        SHARE = "share", _("sharing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    document = models.ForeignKey(Document, models.RESTRICT, related_name="links")
    purpose = models.TextField(_("purpose"), choices=Purpose)
    token_sha256 = models.TextField(unique=True)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    uses = models.IntegerField(_("opened, times"), db_default=0)
    last_used_at = models.DateTimeField(_("last opened"), null=True)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = LinkQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."document_links"'
        verbose_name = _("link to a file")
        verbose_name_plural = _("links to files")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it still opens its file."""
        return self.revoked_at is None and self.expires_at > timezone.now()
