"""Token or session -> Caller, and the transaction runs in the caller's role from there on."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.callers import Caller, enter_as_person, enter_as_service, enter_as_staff


class SupabaseAuthentication(BaseAuthentication):
    """A person's access token as Bearer, or the service-role key as Bearer or apikey."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme and scheme.lower() != "bearer":
            return None
        bearer = bearer.strip()
        apikey = request.headers.get("apikey", "").strip()
        request_id = getattr(request._request, "request_id", "")
        if tokens.is_service_key(bearer or apikey):
            return enter_as_service(request_id), None
        if not bearer:
            return None
        return enter_as_person(tokens.person_claims(bearer), request_id), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class StaffAuthentication(SessionAuthentication):
    """The admin's session cookie; a write needs its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        user = getattr(request._request, "user", None)
        if user is None or not (user.is_active and getattr(user, "is_staff", False)):
            return None
        self.enforce_csrf(request)
        return enter_as_staff(user, getattr(request._request, "request_id", "")), None


class StaffScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "accounts.authentication.StaffAuthentication"
    name = "staff"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class SupabaseScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "accounts.authentication.SupabaseAuthentication"
    name = "supabase"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
