"""Rules that make reminders by the dates of cases: mirrors of the tables, and all reading of them."""

import uuid
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django.db import connection, models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case
from reminders.models import Channel, Reminder

_PLAN = """
select c.id, c.plate, c.owner_name, p.on_date, (p.says ->> 'due_date')::date, count(*) over ()
from public.reminder_rules r, private.reminder_rule_plan(r) p join public.cases c on c.id = p.case_id
where r.id = %s and p.deed = 'make' order by 5, c.plate, c.id limit %s
"""


class Wanted(NamedTuple):
    """A reminder that a rule would make now."""

    case_id: uuid.UUID
    plate: str
    owner_name: str | None
    on_date: date
    due_date: date


class ReminderRule(models.Model):
    """So many days before or after a date that stands with a case."""

    class Base(models.TextChoices):
        INSPECTION = "inspection_date", _("inspection date")
        DAMAGE = "damage_date", _("damage date")
        EXPECTED = "expected_payment", _("expected payment")
        OPENED = "opened", _("the case's opening")
        UPDATED = "last_update", _("the case's last update")
        UNPAID = "unpaid_fee", _("expected payment of a fee that is late")

    class Direction(models.TextChoices):
        BEFORE = "before", _("days before")
        AFTER = "after", _("days after")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    title = models.TextField(_("title"))
    description = models.TextField(_("description"), null=True)
    based_on = models.TextField(_("counted from"), choices=Base)
    days = models.IntegerField(_("number of days"), db_default=1)
    direction = models.TextField(_("before or after"), choices=Direction, db_default="after")
    category = models.TextField(_("category"), choices=Reminder.Category, db_default="תזכורת כללית")
    priority = models.TextField(_("priority"), choices=Reminder.Priority, db_default="רגיל")
    due_time = models.TimeField(_("time"), db_default="09:00")
    channel = models.TextField(_("channel"), choices=Channel, db_default="mail")
    send_notification = models.BooleanField(_("tell somebody"), db_default=True)
    to_case_assignee = models.BooleanField(_("for whom the case is assigned to"), db_default=True)
    assigned_to = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="assigned_to", related_name="+", verbose_name=_("assigned to")
    )
    is_on = models.BooleanField(_("switched on"), db_default=False)
    started_on = models.DateField(null=True, editable=False)
    created_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("last update"), db_default=Now(), editable=False)

    class Meta:
        managed = False
        db_table = "reminder_rules"
        ordering = ("-is_on", "based_on", "days", "id")
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")

    def __str__(self) -> str:
        return self.title

    def preview(self, most: int) -> tuple[int, list[Wanted]]:
        """How many reminders it would make now, and the first of them."""
        with connection.cursor() as cursor:
            cursor.execute(_PLAN, [self.pk, most])
            rows: list[Any] = cursor.fetchall()
        return (rows[0][-1] if rows else 0), [Wanted(*row[:-1]) for row in rows]

    def standing(self) -> int:
        """How many reminders of it wait."""
        waiting = (Reminder.Status.WAITING, Reminder.Status.OVERDUE)
        return RuleReminder.objects.filter(rule_id=self.pk, reminder__status__in=waiting).count()


class RuleReminder(models.Model):
    """The reminder a rule made for a case and a date of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    rule = models.ForeignKey(ReminderRule, models.RESTRICT, related_name="made")
    case = models.ForeignKey(Case, models.RESTRICT, related_name="+")
    on_date = models.DateField()
    reminder = models.OneToOneField(Reminder, models.RESTRICT, related_name="by_rule")
    wrote = models.JSONField()
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = "rule_reminders"
        verbose_name = _("reminder of a rule")
        verbose_name_plural = _("reminders of rules")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("rule", "case", "on_date", name="rule_reminders_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.case_id} {self.on_date}"
