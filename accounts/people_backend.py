"""What a login may do, for code that asks before its page has taken a role."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.callers import held_by
from accounts.models import User


class RolePermissions(BaseBackend):
    """Logs nobody in; stands before Django's own backend, and fills what that one keeps."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        login: Any = user_obj
        if not hasattr(login, "_perm_cache"):
            # Where ModelBackend keeps what it has asked for.
            login._perm_cache = held_by(user_obj)
        return set(login._perm_cache)
