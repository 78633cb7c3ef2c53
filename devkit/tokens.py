"""Supabase's kind of tokens, signed with the shared secret."""

import base64
import hashlib
import hmac
import json
import time

DAY = 24 * 60 * 60


def sign(claims: dict[str, object], secret: str) -> str:
    head = _part({"alg": "HS256", "typ": "JWT"})
    signed = f"{head}.{_part(claims)}"
    mark = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_text(mark)}"


def for_user(user_id: str, email: str, *, secret: str, issuer: str, audience: str) -> str:
    now = int(time.time())
    return sign(
        {
            "iss": issuer,
            "aud": audience,
            "sub": user_id,
            "email": email,
            "role": "authenticated",
            "iat": now,
            "exp": now + DAY,
        },
        secret,
    )


def for_role(role: str, *, secret: str, issuer: str) -> str:
    """A key such as Supabase's anon and service_role ones, which live for ten years."""
    now = int(time.time())
    return sign({"iss": issuer, "role": role, "iat": now, "exp": now + 3650 * DAY}, secret)


def _part(value: dict[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
