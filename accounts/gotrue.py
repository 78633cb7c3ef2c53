"""Supabase Auth, asked by the server: a password or a code by mail for an access token. No token is kept or logged."""

import asyncio
import json
from typing import Any

from django.conf import settings

from core import http

_TIMEOUT_SECONDS = 10
_WRONG = {400, 401, 403, 404, 422}


class Unavailable(Exception):
    """Supabase Auth gave no answer that says yes or no."""


def is_configured() -> bool:
    return bool(settings.SUPABASE_URL and settings.SUPABASE_ANON_KEY and settings.SUPABASE_LOGIN)


def by_password(email: str, password: str) -> str | None:
    """An access token, or None where Supabase says that this is wrong. Raises Unavailable."""
    return _token("token?grant_type=password", {"email": email, "password": password})


def by_code(email: str, code: str) -> str | None:
    """An access token for the code that came by mail. Raises Unavailable."""
    return _token("verify", {"type": "email", "email": email, "token": code})


def send_code(email: str) -> None:
    """Have a code mailed, if the address is known there. Raises Unavailable."""
    _post("otp", {"email": email, "create_user": False})


def _token(path: str, body: dict[str, Any]) -> str | None:
    answer = _post(path, body)
    if answer.status in _WRONG:
        return None
    try:
        # The refresh token that lies beside it is dropped here: the session is our own.
        token = json.loads(answer.text)["access_token"] if answer.status == 200 else None
    except (ValueError, LookupError, TypeError, RecursionError):
        token = None
    if not isinstance(token, str):
        raise Unavailable
    return token


def _post(path: str, body: dict[str, Any]) -> http.Answer:
    url = f"{settings.SUPABASE_URL.rstrip('/')}/auth/v1/{path}"
    headers = {"apikey": settings.SUPABASE_ANON_KEY, "Content-Type": "application/json"}
    try:
        return asyncio.run(_posted(url, json.dumps(body).encode(), headers))
    except http.Unanswered:
        raise Unavailable from None


async def _posted(url: str, body: bytes, headers: dict[str, str]) -> http.Answer:
    # The address is the office's own setting, and a Supabase of one's own stands in one's own network.
    async with http.outside(timeout=_TIMEOUT_SECONDS, allow_private=True) as out:
        return await out.post(url, body, headers)
