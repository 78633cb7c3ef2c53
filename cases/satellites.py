"""What every table around the helper has: whose row it is, and who wrote it when."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case


class DataSource(models.TextChoices):
    """Where a found part comes from."""

    CATALOG = "catalog", _("catalogue")
    WEB = "web", _("web")
    OCR = "ocr", _("read from a picture")


class Satellite(models.Model):
    """The server sets all of this: the office and the plate are the case's, where there is a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+", verbose_name=_("case"))
    plate = models.TextField(_("plate"), null=True)
    created_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("last update"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
