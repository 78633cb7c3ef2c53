"""What cases are asked for by: the same fields at every door."""

from typing import Any

from rest_framework import serializers

from cases.models import Case
from core.api import Asked

# asked name -> column; nothing a client sends becomes a lookup
ORDERS = {
    "updated_at": "updated_at",
    "opened_at": "created_at",
    "plate": "plate",
    "status": "status",
    "owner_name": "owner_name",
    "filing_number": "filing_case_id",
}
_LONGEST = 200


class CaseQuestion(serializers.Serializer):  # type: ignore[type-arg]
    """Words, and what narrows them; days are those of Israel, both ends inside."""

    q = serializers.CharField(
        max_length=_LONGEST,
        required=False,
        allow_null=True,
        help_text="Words in any order, each may have one typo: plate, owner, phone, make, model, year, garage, agent, "
        "insurer, claim, policy or filing number, or what was written about the damage.",
    )
    plate = serializers.CharField(max_length=40, required=False, allow_null=True, help_text="In any spelling.")
    status = serializers.MultipleChoiceField(
        choices=Case.Status.choices, required=False, allow_null=True, help_text="One or more."
    )
    owner = serializers.CharField(max_length=_LONGEST, required=False, allow_null=True, help_text="Words of the name.")
    assigned_to = serializers.UUIDField(required=False, allow_null=True, help_text="The person's id.")
    updated_since = serializers.DateTimeField(required=False, allow_null=True)
    updated_to = serializers.DateField(required=False, allow_null=True)
    opened_from = serializers.DateField(required=False, allow_null=True)
    opened_to = serializers.DateField(required=False, allow_null=True)
    inspected_from = serializers.DateField(required=False, allow_null=True)
    inspected_to = serializers.DateField(required=False, allow_null=True)
    damaged_from = serializers.DateField(required=False, allow_null=True)
    damaged_to = serializers.DateField(required=False, allow_null=True)

    def validate_status(self, value: Any) -> list[str]:
        return sorted(value or ())


class AskCases(Asked, CaseQuestion):
    """The query string of `GET /cases`, beside its paging."""

    order = serializers.CharField(
        max_length=_LONGEST,
        required=False,
        allow_null=True,
        help_text=f"column.asc or column.desc of {', '.join(ORDERS)}; comma separated. Without it the best come first.",
    )

    def validate_order(self, value: str | None) -> list[str]:
        columns = []
        for part in (value or "").split(",") if value else ():
            asked, _, direction = part.strip().partition(".")
            if asked not in ORDERS or direction not in {"", "asc", "desc"}:
                raise serializers.ValidationError(f"order by one of {', '.join(ORDERS)}, .asc or .desc")
            columns.append(("-" if direction == "desc" else "") + ORDERS[asked])
        return columns
