"""The people every test knows. Dana writes the case, Noam is staff, Tamar belongs to another office."""

import os
import time
from typing import NamedTuple
from uuid import UUID

import jwt

PASSWORD = "a-long-test-password"


class Office(NamedTuple):
    id: UUID
    name: str


class Person(NamedTuple):
    user_id: UUID
    org: Office
    name: str
    role: str = "assessor"

    @property
    def claims(self) -> dict[str, str]:
        return {"sub": str(self.user_id), "role": "authenticated"}

    def token(self, **changes) -> str:
        """A token as Supabase Auth gives it; `changes` replace claims, None removes one."""
        claims = {
            "iss": os.environ["SUPABASE_JWT_ISSUER"],
            "aud": "authenticated",
            "exp": int(time.time()) + 3600,
            "iat": int(time.time()),
            "email": "somebody@example.test",
            **self.claims,
            **changes,
        }
        kept = {key: value for key, value in claims.items() if value is not None}
        return jwt.encode(kept, os.environ["SUPABASE_JWT_SECRET"], algorithm="HS256")


NORTH = Office(UUID("10000000-0000-4000-8000-000000000001"), "משרד צפון")
SOUTH = Office(UUID("20000000-0000-4000-8000-000000000001"), "משרד דרום")

DANA = Person(UUID("10000000-0000-4000-8000-0000000000d1"), NORTH, "דנה")
NOAM = Person(UUID("10000000-0000-4000-8000-0000000000d2"), NORTH, "נועם", "admin")
TAMAR = Person(UUID("20000000-0000-4000-8000-0000000000d1"), SOUTH, "תמר")
URI = Person(UUID("20000000-0000-4000-8000-0000000000d2"), SOUTH, "אורי", "admin")
SUSPENDED = Person(UUID("10000000-0000-4000-8000-0000000000d3"), NORTH, "גיל")

STAFF = {"noam": NOAM, "uri": URI}


def add_cast(database: str) -> None:
    """Write offices, people and staff logins into a database under construction."""
    import psycopg

    from tests.databases import manage, owner_url

    with psycopg.connect(owner_url(database)) as owner:
        for office in (NORTH, SOUTH):
            owner.execute("insert into public.orgs (id, name) values (%s, %s)", office)
        for person in (DANA, NOAM, TAMAR, URI, SUSPENDED):
            owner.execute("insert into auth.users (id) values (%s)", [person.user_id])
            owner.execute(
                "insert into public.profiles (user_id, org_id, name, role) values (%s, %s, %s, %s)",
                [person.user_id, person.org.id, person.name, person.role],
            )
        owner.execute("update public.profiles set status = 'suspended' where user_id = %s", [SUSPENDED.user_id])
    manage(database, "shell", "--no-imports", "-v0", "-c", _ADD_STAFF)


_ADD_STAFF = f"""
from django.contrib.auth.models import Permission
from accounts.models import User
for username, profile in {[(name, str(person.user_id)) for name, person in STAFF.items()]!r}:
    user = User.objects.create_user(username, password={PASSWORD!r}, is_staff=True, profile_id=profile)
    user.user_permissions.set(Permission.objects.filter(
        codename__in=["view_case", "change_case", "view_casehelper", "restore_casehelper",
            "view_event", "view_jobrun", "run_jobrun", "view_systemlog",
            "view_checkrun", "run_checkrun",
            "view_featureflag", "change_featureflag", "view_helpersource", "change_helpersource", "view_helpersync",
            "view_webhookendpoint", "change_webhookendpoint", "view_delivery", "replay_delivery",
            "view_kbdoc", "add_kbdoc", "change_kbdoc",
            "view_image", "change_image",
            "view_levireport", "change_levireport", "view_vehicledetails", "change_vehicledetails",
            "view_ocrresult", "change_ocrresult",
            "view_gatewaykey", "change_gatewaykey", "view_rawanswer", "view_auditentry",
            "view_partssearchresult", "add_selectedpart", "view_partrequired", "change_partrequired",
            "view_invoice", "add_invoice", "change_invoice", "view_invoicesupplier", "change_invoicesupplier",
            "view_vatrate", "add_vatrate", "change_vatrate",
            "view_trackinggeneral", "change_trackinggeneral", "view_trackingexpertise", "view_trackingfinalreport",
            "view_onedrivesync", "change_onedrivesync", "view_waitingdocument", "change_waitingdocument",
            "view_report", "add_report",
            "view_document", "add_document", "change_document",
            "view_outboundmessage", "add_outboundmessage",
            "view_messagetemplate", "add_messagetemplate", "change_messagetemplate",
            "view_payment", "add_payment", "change_payment",
            "view_userassets", "change_userassets"]))
"""
