"""How often somebody may have a code mailed; counted in the shared cache."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

from accounts import lockout

_SECONDS = 900
# In that time: mails to one address, and wishes from one place, where a whole office may sit.
_MOST_TO, _MOST_FROM = 5, 20


def may_ask(request: HttpRequest, name: str) -> bool:
    to, out_of = _counted(f"mail-code:to:{name.lower()}"), _counted(f"mail-code:from:{lockout.address_of(request)}")
    return to <= _MOST_TO and out_of <= _MOST_FROM


def _counted(key: str) -> int:
    key = hashlib.sha256(key.encode()).hexdigest()
    cache.add(key, 0, _SECONDS)
    try:
        return cache.incr(key)
    except ValueError:
        # It ended between the two.
        return 1
