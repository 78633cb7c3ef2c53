"""Who works on a case, over HTTP."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases import sharing_services
from cases.models import Case
from cases.serializers import CaseFacts
from cases.sharing_models import Collaborator
from cases.sharing_serializers import CollaboratorRow, ShareCase, TransferCase
from cases.views import facts
from core.api import CallerView, checked, uuid_or_404
from core.body import json_object
from core.errors import NotFound

# The person of the examples; a test puts somebody real in their place.
PERSON_ID = "00000000-0000-4000-8000-0000000000aa"
_SHARE = [OpenApiExample("Let somebody into a case", request_only=True, value={"user_id": PERSON_ID})]
_TRANSFER = [
    OpenApiExample(
        "Give a case to somebody else", request_only=True, value={"to": PERSON_ID, "reason": "חופשה עד סוף החודש"}
    )
]


def _seen(case_id: str) -> UUID:
    key = uuid_or_404(case_id)
    if not Case.objects.filter(pk=key).exists():
        raise NotFound
    return key


class CollaboratorsView(CallerView):
    """The people a case is shared with."""

    @extend_schema(operation_id="collaborators_list", responses=CollaboratorRow(many=True))
    def get(self, request: Request, case_id: str) -> Response:
        return Response(CollaboratorRow(Collaborator.objects.of_case(_seen(case_id)), many=True).data)

    @extend_schema(
        operation_id="collaborators_add", request=ShareCase, responses={201: CollaboratorRow}, examples=_SHARE
    )
    def post(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        asked = checked(ShareCase(data=json_object(request._request).value))
        sharing_services.share(case_id=key, user_id=asked["user_id"])
        row = Collaborator.objects.of_case(key).get(user_id=asked["user_id"])
        return Response(CollaboratorRow(row).data, status=201)


class CollaboratorView(CallerView):
    """One of them."""

    @extend_schema(operation_id="collaborators_remove", responses={204: None})
    def delete(self, request: Request, case_id: str, user_id: str) -> Response:
        sharing_services.unshare(case_id=_seen(case_id), user_id=uuid_or_404(user_id))
        return Response(status=204)


class TransferView(CallerView):
    """Passing a case on."""

    @extend_schema(operation_id="cases_transfer", request=TransferCase, responses=CaseFacts, examples=_TRANSFER)
    def post(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        asked = checked(TransferCase(data=json_object(request._request).value))
        case = sharing_services.transfer(case_id=key, **asked)
        # Where appraisers see their own cases only, who gave it away may not see it any more.
        seen = Case.objects.filter(pk=key).exists()
        return Response(facts(key) if seen else {"case_id": case.pk, "assigned_to": case.assigned_to_id})
