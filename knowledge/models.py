"""The knowledge base: a mirror of the tables, and all reading of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org
from cases.satellites import Satellite
from core import rpc
from knowledge import snippets

MOST_FOUND = 50
_SEARCH = """
select id, title, source, lang, tags, rank, created_at, updated_at
from public.kb_search(%s, %s, %s, %s, %s, %s)
"""
# A body may have megabytes, so few of them are held at once.
_BODIES_AT_ONCE = 4


class Found(NamedTuple):
    """A document that a question found; the snippet is HTML."""

    id: UUID
    title: str
    source: str | None
    lang: str
    tags: list[str]
    rank: float
    created_at: datetime
    updated_at: datetime
    snippet: str


class KbDocQuerySet(models.QuerySet["KbDoc"]):
    """Reading documents."""

    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def removed(self) -> Self:
        return self.exclude(deleted_at=None)

    def without_bodies(self) -> Self:
        return self.defer("body", "search", "search_text")

    def tagged(self, tags: Iterable[str]) -> Self:
        """Documents that have all of these tags."""
        return self.filter(tags__contains=list(tags))

    def tags(self, most: int) -> list[str]:
        """The tags that are used most."""
        each = models.Func(models.F("tags"), function="unnest", set_returning=True)
        rows = self.order_by().annotate(tag=each).values_list("tag").annotate(times=models.Count("pk"))
        return [tag for tag, _times in rows.order_by("-times", "tag")[:most]]

    def search(
        self,
        text: str,
        *,
        tags: Iterable[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = 20,
        org_id: UUID | None = None,
    ) -> list[Found]:
        """The best documents that hold every word of `text` and have all the tags; without a word, the newest."""
        with rpc.in_our_words(), connection.cursor() as cursor:
            cursor.execute(_SEARCH, [text, list(tags), since, until, min(most, MOST_FOUND), org_id])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        told = self._snippets([row[0] for row in rows], text)
        return [Found._make([*row, told.get(row[0], "")]) for row in rows]

    def _snippets(self, ids: list[UUID], text: str) -> dict[UUID, str]:
        bodies = self.filter(pk__in=ids).values_list("pk", "body").iterator(chunk_size=_BODIES_AT_ONCE)
        return {pk: snippets.snippet(body, text) for pk, body in bodies}


class KbDoc(Satellite):
    """One document or note."""

    title = models.TextField(_("title"))
    source = models.TextField(_("source"), null=True)
    lang = models.TextField(_("language"), db_default="he")
    tags = ArrayField(models.TextField(), verbose_name=_("tags"), db_default=[])
    body = models.TextField(_("text"), db_default="")
    checksum = models.TextField(null=True, editable=False)
    search = SearchVectorField(null=True, editable=False)
    search_text = models.TextField(db_default="", editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = KbDocQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "kb_docs"
        ordering = ["-updated_at"]
        verbose_name = _("document of the knowledge base")
        verbose_name_plural = _("knowledge base")

    def __str__(self) -> str:
        return self.title


class KbEmbedding(models.Model):
    """What a model makes of a part of a document; none until a model is configured."""

    pk = models.CompositePrimaryKey("doc_id", "part", "model")
    doc = models.ForeignKey(KbDoc, models.RESTRICT, related_name="embeddings")
    part = models.IntegerField(db_default=0)
    model = models.TextField()
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    embedding = ArrayField(models.FloatField())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = "kb_embeddings"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.model} {self.part}"
