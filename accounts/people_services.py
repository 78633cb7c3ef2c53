"""Writing the people of an office: each rule is the database's, and every change leaves an event."""

from typing import Any
from uuid import UUID

from django.db import connection

from accounts import lockout, passwords
from accounts.models import Org, Profile, User
from core import rpc
from core.errors import Invalid, NotFound, Refused

_ADD = "select public.create_user_account(%s, %s, %s, %s, %s, null) ->> 'user_id'"


def add(*, name: str, email: str, phone: str, role: str, username: str = "") -> tuple[UUID, str]:
    """Add a person to the caller's office, with a login here where a username is given; return id and password.

    Raises Refused: `forbidden` for who is no manager or gives a role above the own, Conflict `person_exists`, and
    Invalid for a username that is taken.
    """
    password = passwords.one_time()
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_ADD, [email, password, name, phone, role])
        user_id = UUID(cursor.fetchone()[0])
        if username:
            _give_login(Profile.objects.get(pk=user_id), username, password)
    return user_id, password


def change(*, user_id: UUID, **changes: Any) -> None:
    """Change name, contact details, role or status of somebody of the office; suspending acts at once.

    Raises NotFound, Refused `forbidden`, and Conflict `last_manager` or `own_status`.
    """
    with rpc.in_our_words():
        if changes and not Profile.objects.filter(pk=user_id).update(**changes):
            raise NotFound


def give_password(*, user_id: UUID, by: User, username: str = "") -> str:
    """A new password for one login, and a login where there is none yet; who had forgotten it is let in by it.

    Raises NotFound, Refused `forbidden`, and Invalid for a username that is taken.
    """
    login = User.objects.filter(profile_id=user_id).first()
    # To know a superuser's password is to become one.
    if login and login.is_superuser and not by.is_superuser:
        raise Refused("forbidden")
    password = passwords.one_time()
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute("select private.person_password(%s, %s)", [user_id, password])
        if login:
            passwords.give_one_time(login, password)
            lockout.unlock(login.get_username())
        elif username:
            _give_login(Profile.objects.get(pk=user_id), username, password)
    return password


def has_own_password(*, user: User) -> None:
    """The password is the person's own from now on."""
    if user.profile_id:
        Profile.objects.filter(pk=user.profile_id, must_change_password=True).update(must_change_password=False)


def change_office(*, org_id: UUID, **changes: Any) -> None:
    """Change an office's name, what its roles may do, or where its screens stand.

    Raises Refused `forbidden` for whoever is no manager of it.
    """
    with rpc.in_our_words():
        if not Org.objects.filter(pk=org_id).update(**changes):
            raise NotFound


def _give_login(person: Profile, username: str, password: str) -> None:
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid.at("/username", "this name is taken")
    login = User(username=username, is_staff=True, profile_id=person.pk, email=person.email or "")
    login.first_name = person.name[:150]
    login.set_unusable_password()
    login.save()
    passwords.give_one_time(login, password)
