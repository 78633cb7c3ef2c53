"""Pictures: a mirror of their table, and all reading of them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.satellites import Satellite


class ImageQuerySet(models.QuerySet["Image"]):
    """Reading pictures."""

    def standing(self) -> Self:
        """Those that nobody put away."""
        return self.filter(deleted_at__isnull=True)

    def put_away(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def of_case(self, case_id: object) -> Self:
        """Those of a case, as they are shown: by damage center, and each in its order."""
        return self.filter(case_id=case_id).in_order()

    def in_order(self) -> Self:
        return self.order_by(F("damage_center_id").asc(nulls_last=True), "display_order", "created_at", "id")

    def with_links(self) -> Self:
        """With where to look at each: our thumbnail, and the whole on OneDrive."""
        begin = Value(f"{settings.PUBLIC_BASE_URL}/api/v1/images/")
        link = Concat(begin, Cast("pk", models.TextField()), Value("/thumbnail"), output_field=models.TextField())
        return self.annotate(
            thumbnail_url=Case(When(thumbnail_key__isnull=False, then=link), output_field=models.TextField()),
            onedrive_web_url=F("document__onedrive_web_url"),
        )


class Image(Satellite):
    """One picture: what is known of it as a picture; its name and its bytes are its document's."""

    class Category(models.TextChoices):
        DAMAGE = "damage", _("damage")
        GENERAL = "general", _("general picture")
        PARTS = "parts", _("parts")
        DOCUMENTS = "documents", _("documents")
        OTHER = "other", _("other picture")

    class Optimization(models.TextChoices):
        PENDING = "pending", _("not looked at yet")
        PROCESSING = "processing", _("being looked at")
        OPTIMIZED = "optimized", _("ready")
        FAILED = "failed", _("unreadable")

    class Backup(models.TextChoices):
        PENDING = "pending", _("not on OneDrive yet")
        BACKED_UP = "backed_up", _("on OneDrive")
        FAILED = "failed", _("OneDrive failed")

    class Source(models.TextChoices):
        DIRECT_UPLOAD = "direct_upload", _("uploaded")
        EMAIL = "email", _("by mail")
        ONEDRIVE = "onedrive", _("found on OneDrive")
        MANUAL = "manual", _("by hand")

    # Together with the office: a picture never names another office's file.
    document = models.ForeignKey("files.Document", models.RESTRICT, null=True, related_name="pictures")
    damage_center_id = models.TextField(_("damage center"), null=True)
    original_url = models.TextField(null=True)
    transformed_url = models.TextField(null=True)
    cloudinary_url = models.TextField(null=True)
    onedrive_path = models.TextField(null=True)
    onedrive_transformed_path = models.TextField(null=True)
    filename = models.TextField(_("file name"))
    notes = models.TextField(_("notes"), null=True)
    width = models.IntegerField(_("width"), null=True)
    height = models.IntegerField(_("height"), null=True)
    orientation = models.SmallIntegerField(null=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    exif_data = models.JSONField(db_default={})
    display_order = models.IntegerField(_("order"), db_default=0)
    category = models.TextField(_("category"), choices=Category, db_default=Category.GENERAL)
    optimization_status = models.TextField(_("thumbnail"), choices=Optimization, db_default=Optimization.PENDING)
    optimization_error = models.TextField(null=True)
    optimization_tries = models.SmallIntegerField(db_default=0)
    backup_status = models.TextField(_("backup"), choices=Backup, db_default=Backup.PENDING)
    recognized_part = models.TextField(_("recognised part"), null=True)
    recognized_damage = models.TextField(_("recognised damage"), null=True)
    recognition_confidence = models.DecimalField(_("confidence"), max_digits=3, decimal_places=2, null=True)
    recognition_status = models.TextField(null=True)
    source = models.TextField(_("source"), choices=Source, db_default=Source.DIRECT_UPLOAD)
    is_external_processed = models.BooleanField(db_default=False)
    thumbnail_key = models.TextField(null=True)
    processed_key = models.TextField(null=True)
    deleted_at = models.DateTimeField(_("put away"), null=True)
    deleted_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="deleted_by", related_name="+")
    in_reports = models.BooleanField(_("shown in reports"), db_default=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "images"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.filename
