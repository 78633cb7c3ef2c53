"""Who works on a case together with whom it is assigned to."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case


class CollaboratorQuerySet(models.QuerySet["Collaborator"]):
    """Reading who works on what."""

    def of_case(self, case_id: uuid.UUID) -> Self:
        return self.filter(case_id=case_id).select_related("user", "added_by").order_by("added_at", "id")


class Collaborator(models.Model):
    """A person whom a case is shared with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    case = models.ForeignKey(Case, models.RESTRICT, related_name="collaborators", verbose_name=_("case"))
    user = models.ForeignKey(Profile, models.RESTRICT, related_name="+", verbose_name=_("collaborator"))
    added_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="added_by", related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    objects = CollaboratorQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "case_collaborators"
        verbose_name = _("collaborator")
        verbose_name_plural = _("collaborators")

    def __str__(self) -> str:
        return str(self.user_id)


def around(case: Case) -> list[Any]:
    """Whom a case can go to, whose it is, and whom it is shared with: `takes_cases` and `is_in` say which is which."""
    shared = Collaborator.objects.filter(case=case.pk, user=models.OuterRef("pk"))
    takes = models.Q(status=Profile.Status.ACTIVE) & ~models.Q(role=Profile.Role.DEVELOPER)
    people = Profile.objects.colleagues(case.org_id).annotate(
        is_in=models.Exists(shared),
        takes_cases=models.Case(models.When(takes, then=True), default=False, output_field=models.BooleanField()),
    )
    return list(people.filter(models.Q(takes_cases=True) | models.Q(is_in=True) | models.Q(pk=case.assigned_to_id)))
