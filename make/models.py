"""What passes between us and Make: mirrors of the tables, and all reading of them.

The tables lie in the schema `private`, which PostgREST does not show.
"""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Left, Length
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case
from cases.search import digits


class MessageType(models.TextChoices):
    """What Make can be told; the words of the HTTP contract."""

    CASE_UPSERTED = "case.upserted", _("case opened or changed")
    CASE_STATUS_CHANGED = "case.status_changed", _("case status changed")
    HELPER_SAVED = "case_helper.saved", _("version saved")
    HELPER_RESTORED = "case_helper.restored", _("version restored")
    HELPER_EXPORT = "helper.export", _("helper export")
    FILE_UPSERTED = "file.upserted", _("file added")
    REPORT_RENDERED = "report.rendered", _("report rendered")
    INVOICE_UPSERTED = "invoice.upserted", _("invoice added or changed")
    PARTS_RESULTS_UPSERTED = "parts_results.upserted", _("part results added")
    REMINDER_DUE = "reminder.due", _("reminder due")
    ONEDRIVE_SYNC = "onedrive.sync_requested", _("OneDrive copy requested")
    KB_DOC_ADDED = "kb_doc.added", _("knowledge note added")
    SENDING_REQUESTED = "sending.requested", _("message to be sent")
    CASE_TRANSFERRED = "case.transferred", _("case passed on")
    ONEDRIVE_ARCHIVE = "onedrive.archive_requested", _("OneDrive folder to be archived")
    TEST_PING = "test.ping", _("test")


class GatewayKeyQuerySet(models.QuerySet["GatewayKey"]):
    """Reading keys."""

    def in_use(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def without_hashes(self) -> Self:
        return self.defer("key_hash")


class GatewayKey(models.Model):
    """What Make shows at the gateway; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    name = models.TextField(_("name"))
    key_hash = models.TextField(unique=True)
    hint = models.TextField(_("begins with"))
    ops = ArrayField(models.TextField(), verbose_name=_("allowed operations"), db_default=[], blank=True)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(_("created"), db_default=models.functions.Now())
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = GatewayKeyQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."gateway_keys"'
        ordering = ["-created_at"]
        verbose_name = _("gateway key")
        verbose_name_plural = _("gateway keys")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name


SHOWN_OF_AN_ANSWER = 200_000
# Why an endpoint is paused that answered 410; private.deliveries_record writes it.
GONE = "gone"


def _count(status: str) -> Coalesce:
    deliveries = Delivery.objects.filter(endpoint_id=models.OuterRef("pk"), status=status).order_by()
    counted = deliveries.values("endpoint_id").annotate(n=models.Count("*")).values("n")
    return Coalesce(models.Subquery(counted), 0, output_field=models.IntegerField())


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Reading endpoints."""

    def kept(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def without_secrets(self) -> Self:
        return self.defer("secret", "previous_secret")

    def with_counts(self) -> Self:
        """Annotate how many deliveries are `waiting`, and how many were `given_up`."""
        return self.annotate(waiting=_count(Delivery.Status.PENDING), given_up=_count(Delivery.Status.DEAD))

    def paused_by_make(self) -> Self:
        """Those that answered 410: nobody listens there any more."""
        return self.kept().filter(is_paused=True, paused_reason=GONE)


class WebhookEndpoint(models.Model):
    """An address in Make that wants to hear news."""

    class Body(models.TextChoices):
        THIN = "thin", _("ids and versions")
        LEGACY = "legacy", _("the whole helper, as HELPER_EXPORT")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    name = models.TextField(_("name"))
    url = models.TextField(_("address"))
    event_types = ArrayField(models.TextField(), verbose_name=_("hears"), db_default=[], blank=True)
    body = models.TextField(_("body"), choices=Body, db_default=Body.THIN)
    secret = models.TextField(_("secret"))
    previous_secret = models.TextField(null=True)
    previous_secret_until = models.DateTimeField(null=True)
    is_paused = models.BooleanField(_("paused"), db_default=False)
    paused_reason = models.TextField(_("why it is paused"), null=True)
    paused_at = models.DateTimeField(_("paused since"), null=True)
    next_slot = models.DateTimeField(null=True)
    failures_in_row = models.IntegerField(db_default=0)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(_("created"), db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("last update"), db_default=models.functions.Now())
    deleted_at = models.DateTimeField(null=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."webhook_endpoints"'
        ordering = ["name"]
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """What Make is to be told, written together with the change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    seq = models.BigIntegerField(unique=True)
    org = models.ForeignKey(Org, models.RESTRICT)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    type = models.TextField(_("event"), choices=MessageType)
    version = models.IntegerField(_("version"), null=True)
    data = models.JSONField(db_default={})
    dedupe = models.TextField(null=True, unique=True)
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())
    request_id = models.TextField(null=True, db_default=RawSQL("private.request_id()", []))

    class Meta:
        managed = False
        db_table = '"private"."outbox"'
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.type


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reading deliveries; a helper's body is never part of them."""

    def with_places(self) -> Self:
        secrets = ("endpoint__secret", "endpoint__previous_secret")
        return self.select_related("endpoint", "case", "message").defer(*secrets)

    def unresolved(self) -> Self:
        """What was given up, to an endpoint that is still there."""
        return self.failed().filter(endpoint__deleted_at__isnull=True)

    def failed(self) -> Self:
        return self.filter(status=Delivery.Status.DEAD)

    def since(self, moment: datetime) -> Self:
        return self.filter(created_at__gte=moment)


class Delivery(models.Model):
    """One message on its way to one endpoint."""

    class Status(models.TextChoices):
        PENDING = "pending", _("on its way")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, models.RESTRICT, related_name="deliveries")
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.RESTRICT, related_name="deliveries", verbose_name=_("webhook endpoint")
    )
    org = models.ForeignKey(Org, models.RESTRICT)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+", verbose_name=_("case"))
    seq = models.BigIntegerField()
    type = models.TextField(_("event"))
    status = models.TextField(_("status"), choices=Status, db_default=Status.PENDING)
    attempts = models.IntegerField(_("attempts"), db_default=0)
    next_at = models.DateTimeField(_("next attempt"), db_default=models.functions.Now())
    lease_until = models.DateTimeField(null=True)
    http_status = models.IntegerField(_("answer"), null=True)
    error = models.TextField(_("error"), null=True)
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())
    done_at = models.DateTimeField(_("ended"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."deliveries"'
        ordering = ["-created_at", "-seq"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        permissions = [("replay_delivery", "Can send a delivery again")]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class DeliveryAttempt(models.Model):
    """One post: when, how long, what came back, and when the next one is."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.RESTRICT, related_name="log")
    org = models.ForeignKey(Org, models.RESTRICT)
    number = models.IntegerField(_("attempt"))
    request_id = models.TextField(_("request id"))
    started_at = models.DateTimeField(_("time"))
    ms = models.IntegerField(_("duration"))
    http_status = models.IntegerField(_("answer"), null=True)
    answer = models.TextField(_("text of the answer"), db_default="")
    error = models.TextField(_("error"), null=True)
    next_at = models.DateTimeField(_("next attempt"), null=True)

    class Meta:
        managed = False
        db_table = '"private"."delivery_attempts"'
        ordering = ["id"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.request_id


class RawAnswerQuerySet(models.QuerySet["RawAnswer"]):
    """Reading what came."""

    def without_bodies(self) -> Self:
        """Annotate `length`, in characters."""
        return self.select_related("case").defer("body", "parsed").annotate(length=Length("body"))

    def with_beginning(self) -> Self:
        """Annotate the `beginning` of the text, as much as a page can carry."""
        return self.without_bodies().annotate(beginning=Left("body", SHOWN_OF_AN_ANSWER))

    def search(self, text: str) -> Self:
        found = models.Q(source__icontains=text)
        if plate := digits(text):
            found |= models.Q(case__plate__contains=plate)
        return self.filter(found)


class RawAnswer(models.Model):
    """What Make sent, as text, beside what it was read as."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    source = models.TextField(_("source"))
    body = models.TextField(_("as it came"))
    parsed = models.JSONField(null=True)
    error = models.TextField(_("error"), null=True)
    request_id = models.TextField(null=True)
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())

    objects = RawAnswerQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."raw_answers"'
        ordering = ["-created_at"]
        verbose_name = _("answer as it came")
        verbose_name_plural = _("answers as they came")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.source
