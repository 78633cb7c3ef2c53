"""What stands on reports: a mirror of its table."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile


class UserAssets(models.Model):
    """What stands on the reports of a person, or, without a person, of the whole office."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    user = models.ForeignKey(Profile, models.RESTRICT, null=True, related_name="+")
    company_logo_path = models.TextField(_("logo"), null=True)
    company_stamp_path = models.TextField(_("stamp"), null=True)
    user_signature_path = models.TextField(_("signature"), null=True)
    background_path = models.TextField(_("background"), null=True)
    draft_watermark_text = models.TextField(_("watermark of drafts"), null=True)
    directive_watermark_text = models.TextField(_("watermark of final expertises"), null=True)
    business_name = models.TextField(_("name of the business"), null=True)
    license_number = models.TextField(_("licence number"), null=True)
    address = models.TextField(_("postal address"), null=True)
    phone = models.TextField(_("phone"), null=True)
    email = models.TextField(_("e-mail"), null=True)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+")
    updated_at = models.DateTimeField(_("last update"), db_default=Now())

    PICTURES = {
        "logo": "company_logo_path",
        "stamp": "company_stamp_path",
        "signature": "user_signature_path",
        "background": "background_path",
    }
    TEXTS = (
        "business_name",
        "license_number",
        "address",
        "phone",
        "email",
        "draft_watermark_text",
        "directive_watermark_text",
    )

    class Meta:
        managed = False
        db_table = "user_assets"
        verbose_name = _("what stands on reports")
        verbose_name_plural = _("what stands on reports")

    def __str__(self) -> str:
        return self.business_name or ""
