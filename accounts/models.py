"""Who you are: staff users of our own, and the offices and people that Supabase knows."""

import uuid
from decimal import Decimal
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A staff login; the office it sees is that of its profile."""

    profile_id = models.UUIDField(
        _("person"), null=True, blank=True, unique=True, help_text=_("The id of the person in profiles.")
    )
    # Empty: the office's own. Its choices are LANGUAGES, which may grow without a migration.
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    # A one-time password that nobody used by then is of no use any more.
    password_until = models.DateTimeField(_("one-time password good until"), null=True, blank=True)

    class Meta:
        verbose_name = _("staff user")
        verbose_name_plural = _("staff users")


class LoginSession(models.Model):
    """A login in one browser; Django's own session has the same key."""

    user = models.ForeignKey(User, models.CASCADE, related_name="login_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    # Shortened to its network.
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-seen_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.device


class Org(models.Model):
    """An appraiser's office."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField(_("name"))
    created_at = models.DateTimeField(db_default=models.functions.Now())
    updated_at = models.DateTimeField(db_default=models.functions.Now())
    invoice_tolerance = models.DecimalField(
        _("tolerance of invoice sums"), max_digits=12, decimal_places=2, db_default=Decimal("0.05")
    )
    keep_processed_pictures = models.BooleanField(_("a smaller copy of each picture stays with us"), db_default=False)
    assessors_see_own_cases_only = models.BooleanField(_("appraisers see their own cases only"), db_default=False)
    assistants_read_only = models.BooleanField(_("assistants only read the case data"), db_default=False)
    ui_origins = ArrayField(models.TextField(), verbose_name=_("addresses of the office's own screens"), db_default=[])

    class Meta:
        managed = False
        db_table = "orgs"
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.name


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Reading the people of an office."""

    def colleagues(self, org_id: uuid.UUID | None) -> Self:
        return self.filter(org_id=org_id).order_by("name", "pk")

    def who_take_cases(self, org_id: uuid.UUID | None) -> Self:
        """Whom a case can be given to or shared with: active, and no developer. private.case_worker() says it too."""
        return self.colleagues(org_id).filter(status=Profile.Status.ACTIVE).exclude(role=Profile.Role.DEVELOPER)

    def with_last_seen(self) -> Self:
        """Annotate `login_name` and `last_seen`: at the office's screen or here, whichever was later."""
        login = User.objects.filter(profile_id=models.OuterRef("pk"))
        return self.annotate(
            login_name=models.Subquery(login.values("username")[:1]),
            last_seen=models.functions.Greatest("last_login", models.Subquery(login.values("last_login")[:1])),
        )

    def with_case_counts(self) -> Self:
        """Annotate `open_cases`: how many each is assigned to that have not ended."""
        case: Any = apps.get_model("cases", "Case")
        theirs = case.objects.open().filter(assigned_to=models.OuterRef("pk")).order_by().values("assigned_to")
        counted = models.Subquery(theirs.annotate(n=models.Count("pk")).values("n"))
        return self.annotate(open_cases=models.functions.Coalesce(counted, 0))


class Profile(models.Model):
    """A person of an office; the login itself is Supabase's."""

    class Role(models.TextChoices):
        DEVELOPER = "developer", _("developer")
        ADMIN = "admin", _("manager")
        ASSESSOR = "assessor", _("appraiser")
        ASSISTANT = "assistant", _("assistant")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        INACTIVE = "inactive", _("inactive")
        SUSPENDED = "suspended", _("suspended")

    # private.is_manager() says the same.
    MANAGERS = (Role.ADMIN, Role.DEVELOPER)

    user_id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(Org, models.RESTRICT)
    name = models.TextField(_("name"))
    role = models.TextField(_("role"), choices=Role, db_default=Role.ASSESSOR)
    status = models.TextField(_("status"), choices=Status, db_default=Status.ACTIVE)
    username = models.TextField(null=True, unique=True)
    email = models.TextField(_("e-mail"), null=True)
    phone = models.TextField(_("phone"), null=True)
    last_login = models.DateTimeField(null=True)
    must_change_password = models.BooleanField(db_default=False)
    onesignal_id = models.TextField(null=True)
    created_by = models.ForeignKey("self", models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    updated_at = models.DateTimeField(db_default=models.functions.Now())

    objects = ProfileQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "profiles"
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name


class UserOrg(models.Model):
    """Membership of a person in an office."""

    pk = models.CompositePrimaryKey("user_id", "org_id")
    user = models.ForeignKey(Profile, models.CASCADE)
    org = models.ForeignKey(Org, models.RESTRICT)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        managed = False
        db_table = "user_orgs"

    def __str__(self) -> str:
        return f"{self.user_id} {self.org_id}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Reading who changed what."""

    def with_names(self) -> Self:
        """Annotate `actor_name`; an actor of another office has none."""
        named = Profile.objects.filter(pk=models.OuterRef("actor")).values("name")[:1]
        return self.annotate(actor_name=models.Subquery(named))

    def about(self, table_name: str) -> Self:
        return self.filter(table_name=table_name).with_names()


class AuditEntry(models.Model):
    """A change to a switch, an address, a key or a rule: who, when, before and after."""

    id = models.BigAutoField(primary_key=True)
    org = models.ForeignKey(Org, models.RESTRICT, null=True)
    actor = models.UUIDField(null=True)
    door = models.TextField()
    action = models.TextField(
        choices=[("INSERT", _("added")), ("UPDATE", _("changed")), ("DELETE", _("removed"))], verbose_name=_("action")
    )
    table_name = models.TextField(_("table"))
    record_id = models.UUIDField(null=True)
    old_values = models.JSONField(_("before"), null=True)
    new_values = models.JSONField(_("after"), null=True)
    request_id = models.TextField(null=True)
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."audit_log"'
        ordering = ["-created_at"]
        verbose_name = _("audit line")
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.action} {self.table_name}"
