"""Files: a mirror of the tables, and all reading of them."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases import search
from cases.models import Case
from cases.satellites import Satellite
from files.picture_models import Image as Image

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


class ReportQuerySet(models.QuerySet["Report"]):
    """Reading reports; the HTML a caller sent is not among them."""

    def waiting(self) -> Self:
        """Those that are not decided yet."""
        return self.filter(status__in=(Report.Status.PENDING, Report.Status.RENDERING))

    def to_hand_out(self, report_type: str, nature: str | None) -> Self:
        """The current one of a type whose file stands; where nothing is said of its nature, the final one first."""
        found = self.filter(report_type=report_type, is_current=True, document__deleted_at__isnull=True)
        return (found.filter(nature=nature) if nature else found).order_by("-nature")


class Report(Satellite):
    """One rendering of a report: of which version of the helper, how far it is, and the PDF that came of it."""

    class Type(models.TextChoices):
        EXPERTISE = "expertise", _("expertise report")
        ESTIMATE = "estimate", _("estimate report")
        OPINION_PRIVATE = "opinion_private", _("opinion: private")
        OPINION_GLOBAL = "opinion_global", _("opinion: global")
        OPINION_DAMAGED_SALE = "opinion_damaged_sale", _("opinion: sale as damaged")
        OPINION_TOTAL_LOSS = "opinion_total_loss", _("opinion: total loss")
        OPINION_LEGAL_LOSS = "opinion_legal_loss", _("opinion: loss in law")
        INVOICE = "invoice", _("invoice")
        PARTS = "parts", _("parts list")

    class Nature(models.TextChoices):
        DRAFT = "draft", _("draft")
        FINAL = "final", _("final")

    class Status(models.TextChoices):
        PENDING = "PENDING", _("waiting")
        RENDERING = "RENDERING", _("being made")
        READY = "READY", _("ready")
        FAILED = "FAILED", _("failed")

    class Source(models.TextChoices):
        HELPER = "helper", _("the helper")
        HTML = "html", _("sent as HTML")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="reports", verbose_name=_("case"))
    report_type = models.TextField(_("report type"), choices=Type)
    nature = models.TextField(_("nature"), choices=Nature, db_default=Nature.DRAFT)
    version = models.IntegerField(_("version"))
    is_current = models.BooleanField(_("current"), db_default=False)
    status = models.TextField(_("status"), choices=Status, db_default=Status.PENDING)
    reason = models.TextField(_("reason"), null=True)
    attempts = models.IntegerField(db_default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    done = models.IntegerField(db_default=0)
    total = models.IntegerField(db_default=5)
    case_helper_version = models.IntegerField(_("version of the helper"))
    helper_name = models.TextField(_("made from"))
    source = models.TextField(_("source"), choices=Source, db_default=Source.HELPER)
    source_sha256 = models.TextField(null=True)
    document = models.ForeignKey(Document, models.RESTRICT, null=True, related_name="reports")
    pages = models.IntegerField(_("pages"), null=True)
    title = models.TextField(_("title"), null=True)
    verified = models.JSONField(db_default={})
    rendered_at = models.DateTimeField(_("rendered"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "reports"
        ordering = ["-created_at"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return str(self.pk)


class WaitingDocument(Document):
    """A file whose case nobody has found yet."""

    class Meta:
        proxy = True
        verbose_name = _("file without a case")
        verbose_name_plural = _("files without a case")


class ReportSource(models.Model):
    """The HTML a caller sent for a report; read by the renderer alone."""

    report = models.OneToOneField(Report, models.RESTRICT, primary_key=True, related_name="sent")
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    html = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = '"private"."report_sources"'
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


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


class MessageTemplate(models.Model):
    """An office's own wording of a message; without one, the wording that comes with us is used."""

    class Channel(models.TextChoices):
        MAIL = "MAIL", _("e-mail")
        SMS = "SMS", _("text message")
        WHATSAPP = "WHATSAPP", "WhatsApp"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    name = models.TextField(_("name in the system"))
    title = models.TextField(_("title"))
    channel = models.TextField(_("channel"), choices=Channel, null=True, blank=True)
    subject = models.TextField(_("subject"), db_default="", blank=True)
    text = models.TextField(_("text"))
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+")
    updated_at = models.DateTimeField(_("last update"), db_default=Now())

    class Meta:
        managed = False
        db_table = "message_templates"
        ordering = ["name", "channel"]
        verbose_name = _("wording of messages")
        verbose_name_plural = _("wordings of messages")

    def __str__(self) -> str:
        return self.title


class OutboundMessageQuerySet(models.QuerySet["OutboundMessage"]):
    """Reading messages."""

    def newest(self) -> Self:
        """The last that was asked for first."""
        return self.order_by("-created_at", "id")


class OutboundMessage(Satellite):
    """A message to somebody outside; where its link stood, the text holds `{link}`: the address is kept nowhere."""

    Channel = MessageTemplate.Channel

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("on its way")
        SENT = "SENT", _("sent")
        FAILED = "FAILED", _("failed")

    class Via(models.TextChoices):
        MAKE = "MAKE", "Make"
        SMTP = "SMTP", _("our mail server")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="+", verbose_name=_("case"))
    channel = models.TextField(_("channel"), choices=Channel)
    recipient = models.TextField(_("recipient"))
    recipient_name = models.TextField(_("recipient's name"), null=True)
    template = models.TextField(_("wording"), null=True)
    subject = models.TextField(_("subject"), db_default="")
    text = models.TextField(_("text"))
    document = models.ForeignKey(Document, models.RESTRICT, null=True, related_name="+", verbose_name=_("document"))
    report = models.ForeignKey(Report, models.RESTRICT, null=True, related_name="+")
    link = models.ForeignKey(DocumentLink, models.RESTRICT, null=True, related_name="+")
    status = models.TextField(_("status"), choices=Status, db_default=Status.QUEUED)
    reason = models.TextField(_("reason"), null=True)
    sent_via = models.TextField(_("sent by"), choices=Via)
    sent_at = models.DateTimeField(_("sent"), null=True)
    outside_id = models.TextField(null=True)
    attempts = models.IntegerField(db_default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    objects = OutboundMessageQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "outbound_messages"
        ordering = ["-created_at"]
        verbose_name = _("message to somebody outside")
        verbose_name_plural = _("messages to people outside")
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return str(self.pk)
