"""Make as a caller: a gateway key of an office, and the calls a scenario sends with it."""

import uuid

from core import acting
from make.keys import new_key
from make.models import GatewayKey
from tests import cast
from tests.conftest import Api


def give_key(office=cast.NORTH, ops=()) -> str:
    """Store a key in the open transaction, and return its text."""
    key = new_key()
    with acting.acting(acting.SERVICE):
        GatewayKey.objects.create(org_id=office.id, name="תרחיש", key_hash=key.key_hash, hint=key.hint, ops=list(ops))
    return key.text


class Make(Api):
    """The API as a scenario sees it."""

    def __init__(self, key: str):
        super().__init__(None)
        self.headers = {"apikey": key}

    def call(self, path, body, *, key=None, **headers):
        """Post; under a key of its own unless one is given."""
        headers.setdefault("Idempotency-Key", key or uuid.uuid4().hex)
        return self.post(path, body, **headers)

    def op(self, name, body, *, key=None, **headers):
        return self.call(f"gateway/{name}", body, key=key, **headers)
