"""The second factor of a staff login: codes of an authenticator app, and recovery codes for a lost phone.

allauth keeps both and computes them; who is asked when, and that a code counts once, is decided here.
"""

import hmac
import re
import time
from io import BytesIO
from urllib.parse import quote, urlencode

import qrcode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from accounts.models import User
from core.notices import ERROR, Notice, tell

_TOTP, _RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
_STEP_SECONDS = 30
# A phone's clock may be one step off.
_STEPS = (0, -1, 1)
_WHO = "select role, status from private.whoami(%s)"


def standing(user: User) -> tuple[str, str]:
    """Role and status of the login's person; empty where there is none. Asked by the bare login, before any role."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO, [user.profile_id])
        return cursor.fetchone() or ("", "")


def is_required(user: User, role: str) -> bool:
    """Whether a login of this role may do nothing without a second factor."""
    return bool(settings.SECOND_FACTOR_ROLES) and (user.is_superuser or role in settings.SECOND_FACTOR_ROLES)


def is_on(user: User) -> bool:
    return app_of(user) is not None


def app_of(user: User) -> Authenticator | None:
    """The authenticator app: since when, and when a code of it was used last."""
    return Authenticator.objects.filter(user=user, type=_TOTP).first()


def new_secret() -> str:
    return str(totp.generate_totp_secret())


def address(user: User, secret: str) -> str:
    """What an authenticator app reads out of the square."""
    issuer = settings.SECOND_FACTOR_NAME
    facts = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(user.get_username())}?{facts}"


def picture(text: str) -> bytes:
    """The square that an app reads, as SVG."""
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage).save(drawn)
    return drawn.getvalue()


def turn_on(user: User, secret: str, code: str) -> bool:
    """Keep the secret if the app shows its code, with recovery codes beside it; the code is used up by this."""
    step = _step(secret, _plain(code))
    if step is None:
        return False
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        Authenticator.objects.create(user=user, type=_TOTP, data={"secret": encrypt(secret), "used_step": step})
        RecoveryCodes.activate(user)
    return True


def turn_off(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


def codes(user: User) -> list[str]:
    """The recovery codes that are still good."""
    kept = Authenticator.objects.filter(user=user, type=_RECOVERY).first()
    return list(RecoveryCodes(kept).get_unused_codes()) if kept else []


def renew_codes(user: User) -> None:
    """Put new recovery codes in the place of the old ones."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=_RECOVERY).delete()
        RecoveryCodes.activate(user)


def check(user: User, code: str) -> bool:
    """Whether the code is good, and use it up: of the app's by its step, of the recovery codes by its place."""
    given = _plain(code)
    with transaction.atomic():
        # Two requests with one code queue here, and the second finds it used.
        for kept in Authenticator.objects.select_for_update().filter(user=user).order_by("pk"):
            try:
                if _used_up(kept, given):
                    Authenticator.objects.filter(pk=kept.pk).update(last_used_at=timezone.now())
                    return True
            except InvalidToken:
                tell(Notice(ERROR, "login", "second_factor_unreadable", "No key of SECOND_FACTOR_KEYS fits a secret."))
    return False


def _used_up(kept: Authenticator, given: str) -> bool:
    if kept.type == _RECOVERY:
        return bool(RecoveryCodes(kept).validate_code(given))
    step = _step(decrypt(kept.data["secret"]), given, after=kept.data.get("used_step", 0))
    if step is None:
        return False
    kept.data["used_step"] = step
    kept.save(update_fields=["data"])
    return True


def _step(secret: str, given: str, after: int = 0) -> int | None:
    """The step of time whose code this is, if it is one of now and none before it was used."""
    now = int(time.time()) // _STEP_SECONDS
    for step in (now + off for off in _STEPS):
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > after and hmac.compare_digest(expected.encode(), given.encode()):
            return step
    return None


def _plain(code: str) -> str:
    """A code as people type it: in groups, with spaces or dashes."""
    return re.sub(r"[\s\u200e\u200f\u2066-\u2069-]", "", code)[:40]
