"""Secrets of the second factor lie encrypted: a copy of the database alone makes no codes."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks us before it keeps a secret, and before it reads one."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography's InvalidToken where none of the keys fits."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """The first key encrypts, all of them decrypt: so a key is changed without anybody losing a second factor."""
    return MultiFernet([Fernet(_key(text)) for text in settings.SECOND_FACTOR_KEYS])


def _key(text: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"second factor:{text}".encode()).digest())
