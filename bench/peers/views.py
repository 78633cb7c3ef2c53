"""Two honest endpoints that do with plain Django what ours does: lock, compare, save as the next version."""

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers.models import Document, Version


class Naive(serializers.ModelSerializer[Version]):
    class Meta:
        model = Version
        fields = ("version", "helper")


class Kept(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ("version", "helper")


class NaiveView(APIView):
    """A row for each version."""

    def put(self, request: Request, case_id: int) -> Response:
        asked = Naive(data=request.data)
        asked.is_valid(raise_exception=True)
        with transaction.atomic():
            current = Version.objects.select_for_update().filter(case_id=case_id, is_current=True).first()
            if current is None or current.version != asked.validated_data["version"]:
                return Response({"version": current and current.version}, status=409)
            current.is_current = False
            current.save(update_fields=["is_current"])
            saved = Version.objects.create(
                case_id=case_id, version=current.version + 1, helper=asked.validated_data["helper"]
            )
        return _answer(saved)

    def post(self, request: Request, case_id: int) -> Response:
        return _answer(Version.objects.create(case_id=case_id, version=1, helper=request.data))


class HistoryView(APIView):
    """One row, and a history row for each save."""

    def put(self, request: Request, case_id: int) -> Response:
        asked = Kept(data=request.data)
        asked.is_valid(raise_exception=True)
        with transaction.atomic():
            document = Document.objects.select_for_update().get(case_id=case_id)
            if document.version != asked.validated_data["version"]:
                return Response({"version": document.version}, status=409)
            document.version += 1
            document.helper = asked.validated_data["helper"]
            document.save()
        return _answer(document)

    def post(self, request: Request, case_id: int) -> Response:
        return _answer(Document.objects.create(case_id=case_id, version=1, helper=request.data))


def _answer(saved: Any) -> Response:
    return Response({"version": saved.version, "saved_at": saved.saved_at})
