"""A gateway key -> Caller; and what such a caller may do."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.callers import Caller, enter_as_gateway
from make.keys import PREFIX, hash_of

ANY_KEY = "*"


class GatewayAuthentication(BaseAuthentication):
    """A gateway key as Bearer or apikey; whatever else is sent there is for the next authenticator."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            credential = request.headers.get("apikey", "")
        elif scheme.lower() != "bearer":
            return None
        credential = credential.strip()
        if not credential.startswith(PREFIX):
            return None
        return enter_as_gateway(hash_of(credential), getattr(request._request, "request_id", "")), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeysWithinBounds(BasePermission):
    """A gateway key reads; it writes where a view is meant `for_keys`, and with a list of ops only those it names.

    `for_keys` is the name of the view's op, or ANY_KEY.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: Any = request.user
        if caller.gateway_key is None:
            return True
        op = getattr(view, "for_keys", "")
        if caller.ops:
            return op == ANY_KEY or op in caller.ops
        return bool(op) or request.method in SAFE_METHODS


class OnlyMake(BasePermission):
    """Make alone: by a gateway key, or as the service."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: Any = request.user
        return bool(caller.is_service or caller.gateway_key is not None)


class GatewayScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "make.authentication.GatewayAuthentication"
    name = "gateway"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        view = auto_schema.view
        is_read = auto_schema.method in SAFE_METHODS and not getattr(view, "for_staff", False)
        return {self.name: []} if is_read or hasattr(view, "for_keys") else None

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "apikey",
            "description": "A gateway key; Authorization: Bearer with the same key is understood too.",
        }
