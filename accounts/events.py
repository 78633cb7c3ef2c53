"""What was done with a login, told in its office's story."""

from accounts.models import User
from core import rpc


def tell(user: User, what: str) -> None:
    """Raises Refused `forbidden` for who does not look after this login; one without a person has no office."""
    if user.profile_id is not None:
        rpc.record("private.login_event", ("login_event",), profile_id=user.profile_id, what=what)
