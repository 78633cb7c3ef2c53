"""Supabase's access tokens: which key signed one decides the algorithm, never the token itself."""

import hmac
import time
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings

from core.errors import Refused

_LEEWAY = 30
_BELIEVED_SECONDS = 30
_REQUIRED = ["exp", "iss", "sub", "role"]
_BY_KEY_TYPE = {"EC": "ES256", "RSA": "RS256"}
# Headers by which a token would bring its own key.
_FOREIGN_KEYS = {"jku", "jwk", "x5u", "x5c", "crit"}


def is_service_key(token: str) -> bool:
    """True for the service-role key itself, in its old form (a JWT) or the new one (sb_secret_...)."""
    key = settings.SUPABASE_SERVICE_ROLE
    return bool(key) and hmac.compare_digest(token.encode(), key.encode())


def person_claims(token: str) -> dict[str, Any]:
    """Verify a person's token and return its claims, which are not to be changed.

    Raises Refused: `unauthenticated` whatever is wrong with it, `dependency_down` when the keys cannot be fetched.
    """
    now = time.time()
    claims = _verified(token, int(now) // _BELIEVED_SECONDS)
    if int(claims["exp"]) + _LEEWAY <= now:
        raise Refused("unauthenticated")
    return claims


@lru_cache(maxsize=1000)
def _verified(token: str, window: int) -> dict[str, Any]:
    """A signature that was good is not computed again in the same window of time."""
    try:
        header = jwt.get_unverified_header(token)
        if _FOREIGN_KEYS & set(header):
            raise Refused("unauthenticated")
        key, algorithm = _key_for(token, header)
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=settings.SUPABASE_JWT_AUDIENCE,
            issuer=settings.SUPABASE_JWT_ISSUER or None,
            leeway=_LEEWAY,
            options={"require": [*_REQUIRED, "aud"]},
        )
        if claims["role"] != "authenticated":
            raise Refused("unauthenticated")
        UUID(claims["sub"])
    except jwt.PyJWKClientConnectionError:
        raise Refused("dependency_down", retry_after=5) from None
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        raise Refused("unauthenticated") from None
    return claims


def _key_for(token: str, header: dict[str, Any]) -> tuple[Any, str]:
    """The key a token names, with the one algorithm that key is for."""
    if settings.SUPABASE_JWKS_URL and header.get("kid") and header.get("alg") != "HS256":
        found = _key_set(settings.SUPABASE_JWKS_URL).get_signing_key_from_jwt(token)
        return found.key, _BY_KEY_TYPE[found.key_type or ""]
    if not settings.SUPABASE_JWT_SECRET:
        raise Refused("unauthenticated")
    return settings.SUPABASE_JWT_SECRET, "HS256"


@lru_cache(maxsize=4)
def _key_set(url: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(url, cache_keys=True, lifespan=300, timeout=5)
