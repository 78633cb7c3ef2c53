"""A form with files, taken in piece by piece: unless it is small as a whole, they go to temporary files, not memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from core import acting, rpc
from core.api import CallerView, refusal_answer
from core.body import drain, refuse_unreadable
from core.errors import Invalid, Refused
from core.nudge import nudge

_FORM_AROUND_FILE = 64 * 1024
_SMALL_FORM = 2 * 1024 * 1024
_LAST = 200


class Form(NamedTuple):
    """The file, wound back; what it was called; and the other fields."""

    content: IO[bytes]
    filename: str
    fields: dict[str, str]


class BetweenTransactions(CallerView):
    """A view whose transaction ends once it is known who calls; `as_caller` opens another, each time a short one.

    For what takes as long as the network pleases: no connection is held meanwhile.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Whether a form's token is right is asked before the form is read: it stands in the header.
        request.POST, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
        with timezone.override(UTC):
            answer = APIView.dispatch(self, request, *args, **kwargs)
        if request.method not in SAFE_METHODS and answer.status_code < 400:
            nudge()
        return answer

    def get_exception_handler(self) -> Any:
        return refusal_answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        with acting.one_transaction():
            super().initial(request, *args, **kwargs)

    @contextmanager
    def as_caller(self) -> Iterator[None]:
        """A transaction of who calls; a refusal inside takes the whole of it back."""
        caller: Any = self.request.user
        with caller.again(), rpc.ending_at_refusal():
            yield


def form_of(request: HttpRequest) -> Form:
    """The form of a request whose body nobody has read yet.

    Raises Refused `unsupported_media_type`, `length_required` or `body_too_large` before anything is read, and
    Invalid for a form that is not whole or has not one file.
    """
    sent, fields = files_of(request, settings.FILE_MAX_BYTES)
    if list(sent) != ["file"] or len(sent.getlist("file")) != 1:
        raise Invalid.at("/file", "one file is expected")
    file: Any = sent["file"]
    if file.size > settings.FILE_MAX_BYTES:
        raise Refused("body_too_large", details={"limit_bytes": settings.FILE_MAX_BYTES})
    return Form(file.file, file.name or "", fields)


def files_of(request: HttpRequest, limit: int) -> tuple[MultiValueDict[str, Any], dict[str, str]]:
    """The files of such a form, `limit` bytes in all, and its other fields that are not blank. Raises the same."""
    if request.content_type != "multipart/form-data":
        drain(request)
        taken = {"content_type": (request.content_type or "")[:100], "taken": ["multipart/form-data"]}
        raise Refused("unsupported_media_type", details=taken)
    refuse_unreadable(request, limit, _FORM_AROUND_FILE)
    body = _Ending(request)
    handlers = [_Small(request), TemporaryFileUploadHandler(request)]
    parser = MultiPartParser(request.META, body, handlers, "utf-8")  # type: ignore[arg-type]
    fields, files = parser.parse()
    boundary = parser._boundary  # type: ignore[attr-defined]
    if b"--" + boundary + b"--" not in body.last:
        raise Invalid.at("", "the form breaks off")
    return files, {name: str(value) for name, value in fields.items() if value != ""}


class _Small(MemoryFileUploadHandler):
    """Keeps the files of a small form in memory: making and removing a temporary file takes longer than the form."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *more: Any, **named: Any) -> None:
        self.activated = content_length <= _SMALL_FORM


class _Ending:
    """A body that remembers how it ended: a form that broke off halfway looks whole to who parses it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        piece = self._request.read(size)
        if piece:
            self.last = (self.last + piece[-_LAST:])[-_LAST:]
        return piece
