"""Messages to people outside: a mirror of their tables, and all reading of them."""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case
from cases.satellites import Satellite
from files.document_models import Document
from files.link_models import DocumentLink
from files.report_models import Report


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
