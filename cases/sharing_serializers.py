"""The shapes of sharing a case and passing it on."""

from rest_framework import serializers

from cases.sharing_models import Collaborator
from core.api import Asked


class CollaboratorRow(serializers.ModelSerializer[Collaborator]):
    """Somebody who works on a case."""

    name = serializers.CharField(source="user.name")
    role = serializers.CharField(source="user.role")
    added_by = serializers.UUIDField(source="added_by_id", allow_null=True)

    class Meta:
        model = Collaborator
        fields = ("user_id", "name", "role", "added_by", "added_at")


class ShareCase(Asked):
    """The body of `POST /cases/{case_id}/collaborators`."""

    user_id = serializers.UUIDField(help_text="Somebody of the same office, active, and no developer.")


class TransferCase(Asked):
    """The body of `POST /cases/{case_id}/transfer`."""

    to = serializers.UUIDField(help_text="Somebody of the same office, active, and no developer.")
    reason = serializers.CharField(max_length=500)
