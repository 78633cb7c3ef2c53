"""Reminders and what came of telling them: mirrors of the tables, and all reading of them."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case
from cases.satellites import Satellite


class Channel(models.TextChoices):
    """How somebody is told: mail by our own server or Make, the others through Make."""

    MAIL = "mail", _("mail")
    SMS = "sms", _("text message")
    WHATSAPP = "whatsapp", "WhatsApp"
    PUSH = "push", _("push")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reading reminders."""

    def open(self) -> Self:
        """Those that are neither done nor cancelled."""
        return self.filter(status__in=(Reminder.Status.WAITING, Reminder.Status.OVERDUE))

    def late(self) -> Self:
        """Those past their time that nobody completed, released or not."""
        over = models.Q(next_at__lte=Now(), status=Reminder.Status.WAITING)
        return self.filter(over | models.Q(status=Reminder.Status.OVERDUE))


class Reminder(Satellite):
    """What an office must not forget."""

    WITHIN: ClassVar[tuple[str, ...]] = ("id",)

    class Category(models.TextChoices):
        PAYMENT = "תזכורת תשלום", _("payment reminder")
        FOLLOW_UP = "תזכורת מעקב", _("follow-up reminder")
        DOCUMENTS = "תזכורת מסמכים", _("documents reminder")
        INSPECTION = "תזכורת בדיקה", _("inspection reminder")
        GENERAL = "תזכורת כללית", _("general reminder")
        CLOSING = "מועד סגירת תיק", _("date of closing the case")

    class Priority(models.TextChoices):
        LOW = "נמוך", _("low")
        NORMAL = "רגיל", _("normal")
        HIGH = "גבוה", _("high")
        URGENT = "דחוף", _("urgent")

    class Status(models.TextChoices):
        WAITING = "ממתין", _("waiting")
        DONE = "הושלם", _("completed")
        OVERDUE = "באיחור", _("overdue")
        CANCELLED = "בוטל", _("cancelled")

    class Pattern(models.TextChoices):
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")
        MONTHLY = "monthly", _("monthly")

    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="reminders", verbose_name=_("case"))
    title = models.TextField(_("title"))
    description = models.TextField(_("description"), null=True)
    category = models.TextField(_("category"), choices=Category, db_default="תזכורת כללית")
    priority = models.TextField(_("priority"), choices=Priority, db_default="רגיל")
    status = models.TextField(_("status"), choices=Status, db_default="ממתין")
    due_date = models.DateField(_("due date"))
    due_time = models.TimeField(_("time"), db_default="09:00")
    due_at = models.DateTimeField(_("due"), editable=False)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, editable=False)
    next_at = models.DateTimeField(null=True, editable=False)
    rrule = models.TextField(_("recurrence rule"), null=True)
    is_recurring = models.BooleanField(_("recurring"), db_default=False)
    recurrence_pattern = models.TextField(_("repeats"), choices=Pattern, null=True)
    recurrence_end_date = models.DateField(_("repeats until"), null=True)
    starts_on = models.DateField(editable=False)
    rolls_on = models.BooleanField(db_default=False, editable=False)
    outside_id = models.TextField(null=True, editable=False)
    assigned_to = models.ForeignKey(
        Profile,
        models.RESTRICT,
        null=True,
        db_column="assigned_to",
        related_name="+",
        verbose_name=_("assigned to"),
    )
    channel = models.TextField(_("channel"), choices=Channel, db_default="mail")
    send_notification = models.BooleanField(_("tell somebody"), db_default=True)
    notification_sent = models.BooleanField(db_default=False, editable=False)
    notification_sent_at = models.DateTimeField(null=True, editable=False)
    completed_at = models.DateTimeField(_("completed at"), null=True, editable=False)
    completed_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="completed_by", related_name="+", editable=False
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "reminders"
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")

    def __str__(self) -> str:
        return self.title


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    """Reading releases."""

    def whole(self) -> Self:
        """With the reminder and everybody who might be told."""
        return self.select_related("told_to", "reminder__assigned_to", "reminder__created_by")


class Occurrence(models.Model):
    """One time a reminder was released, and what came of telling it."""

    class Via(models.TextChoices):
        SMTP = "SMTP", _("mail server")
        MAKE = "MAKE", _("Make")
        NOBODY = "NOBODY", _("nobody")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("waiting")
        SENT = "SENT", _("sent")
        FAILED = "FAILED", _("failed")
        SILENT = "SILENT", _("nobody was to be told")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    reminder = models.ForeignKey(Reminder, models.RESTRICT, related_name="occurrences", verbose_name=_("reminder"))
    due_at = models.DateTimeField(_("due"))
    released_at = models.DateTimeField(_("released"), db_default=Now())
    channel = models.TextField(_("channel"), choices=Channel)
    told_to = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="told_to", related_name="+", verbose_name=_("told to")
    )
    sent_via = models.TextField(_("sent through"), choices=Via)
    status = models.TextField(_("status"), choices=Status, db_default="QUEUED")
    reason = models.TextField(_("reason"), null=True)
    outside_id = models.TextField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.IntegerField(_("attempts"), db_default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(_("next attempt"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    completed_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="completed_by", related_name="+", verbose_name=_("completed by")
    )

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "reminder_occurrences"
        verbose_name = _("release of a reminder")
        verbose_name_plural = _("releases of reminders")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("reminder", "due_at", name="reminder_occurrences_once")
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.due_at:%Y-%m-%d %H:%M}"


# They are models too, and refer to the ones above.
from reminders import feeds as feeds  # noqa: E402
from reminders import rules as rules  # noqa: E402
