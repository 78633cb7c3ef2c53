"""HTML to PDF by Gotenberg: one post of a form, the page and its pictures as files of it."""

import asyncio
import base64
import binascii
import re

import aiohttp
from django.conf import settings

from files.report_rules import POLICY, Unprinted

_ROUTE = "/forms/chromium/convert/html"
_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)(")')
_FORM = {"printBackground": "true", "preferCssPageSize": "true", "paperWidth": "8.27", "paperHeight": "11.69",
         "failOnResourceLoadingFailed": "false", "generateTaggedPdf": "true"}  # fmt: skip
_PIECE = 64 * 1024


def print_html(html: str, *, seconds: float, most_bytes: int) -> bytes:
    """The page as PDF. Raises Unprinted; what Gotenberg says beside it may quote the page, and goes nowhere."""
    try:
        return asyncio.run(_post(html, seconds, most_bytes))
    except TimeoutError:
        raise Unprinted("timeout", again=True) from None
    except (aiohttp.ClientError, OSError):
        raise Unprinted("no_connection", again=True) from None


async def _post(html: str, seconds: float, most_bytes: int) -> bytes:
    async with (
        aiohttp.ClientSession(
            headers=_who(),
            timeout=aiohttp.ClientTimeout(total=seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
        ) as session,
        session.post(settings.GOTENBERG_URL + _ROUTE, data=_form(html), allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            # 429 and 5xx pass; another answer stays the same however often it is asked.
            raise Unprinted(f"gotenberg_{answer.status}", again=answer.status == 429 or answer.status >= 500)
        return await _body(answer, most_bytes)


def _who() -> dict[str, str]:
    if not settings.GOTENBERG_USER:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(settings.GOTENBERG_USER, settings.GOTENBERG_PASSWORD)}


async def _body(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    found = bytearray()
    async for piece in answer.content.iter_chunked(_PIECE):
        found += piece
        if len(found) > most_bytes:
            raise Unprinted("too_large")
    return bytes(found)


def _form(html: str) -> aiohttp.FormData:
    page, pictures = _apart(html)
    form = aiohttp.FormData()
    for name, value in _FORM.items():
        form.add_field(name, value)
    # Files of the form lie beside the page, so for this renderer the policy lets pictures come from there.
    policy = POLICY.replace("img-src data:", "img-src data: file:")
    head = f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    form.add_field("files", (head + page).encode(), filename="index.html", content_type="text/html")
    for name, picture in pictures.items():
        form.add_field("files", picture, filename=name, content_type=f"image/{name.rpartition('.')[2]}")
    return form


def _apart(html: str) -> tuple[str, dict[str, bytes]]:
    """The page with its pictures named, and the pictures."""
    pictures: dict[str, bytes] = {}

    def named(found: re.Match[str]) -> str:
        try:
            picture = base64.b64decode(found[3], validate=False)
        except binascii.Error:
            return found[0]
        name = f"picture-{len(pictures) + 1}.{found[2]}"
        pictures[name] = picture
        return f"{found[1]}{name}{found[4]}"

    return _PICTURE.sub(named, html), pictures
