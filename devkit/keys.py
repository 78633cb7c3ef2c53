"""The secrets of one place, made once at random and kept in a file that only we may read."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from devkit.places import Place, read_json, write_private


def _random() -> str:
    return secrets.token_urlsafe(48)  # 64 letters; Django warns of a key with less than 50


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _gateway_key() -> str:
    return "gk_" + secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Keys:
    owner_password: str = field(default_factory=_random)
    app_password: str = field(default_factory=_random)
    django_secret_key: str = field(default_factory=_random)
    jwt_secret: str = field(default_factory=_random)
    webhook_secret: str = field(default_factory=_webhook_secret)
    gateway_key_a: str = field(default_factory=_gateway_key)
    gateway_key_b: str = field(default_factory=_gateway_key)
    demo_password: str = field(default_factory=lambda: secrets.token_urlsafe(12))


def of(place: Place) -> Keys:
    """The place's keys; one that is missing is made, the others stay."""
    path = file_of(place)
    known = {name: value for name, value in read_json(path).items() if name in {f.name for f in fields(Keys)}}
    keys = Keys(**known)
    if asdict(keys) != known:
        write_private(path, json.dumps(asdict(keys), indent=2))
    return keys


def file_of(place: Place) -> Path:
    return place.folder / "secrets.json"
