"""The addresses that people's calendars are fetched from: a mirror of their table, and making and ending them."""

import hashlib
import re
import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from core import rpc
from core.errors import NotFound

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Reading addresses."""

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """The address of a person's calendar; what makes it secret is kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    user = models.ForeignKey(Profile, models.RESTRICT, related_name="+", verbose_name=_("person"))
    token_sha256 = models.TextField(unique=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    uses = models.IntegerField(db_default=0)
    last_used_at = models.DateTimeField(_("last fetched"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=models.functions.Now())

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"private"."calendar_feeds"'
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


def make() -> str:
    """A new address for the caller's calendar, told this once; the one before ends. Raises NotFound."""
    token = secrets.token_urlsafe(32)
    rpc.row(CalendarFeed, "private.calendar_feed_make", token_sha256=hashed(token))
    return f"{settings.PUBLIC_BASE_URL}/api/v1/calendar/{token}.ics"


def revoke(feed_id: uuid.UUID) -> CalendarFeed:
    """End an address. Raises NotFound."""
    return rpc.row(CalendarFeed, "private.calendar_feed_revoke", feed_id=feed_id)


def opened(token: str) -> uuid.UUID:
    """Whose calendar it is. Raises NotFound alike for whatever is no address, or is none any more."""
    if not _TOKEN.fullmatch(token):
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute("select user_id from private.calendar_feed_open(%s)", [hashed(token)])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    return found[0]  # type: ignore[no-any-return]


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
