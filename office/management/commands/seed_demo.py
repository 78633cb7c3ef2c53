"""`manage.py seed_demo`: two offices with people, and ten cases with all that belongs to them, invented."""

import hashlib
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from accounts.models import Org, Profile, User
from cases import services as cases
from cases.models import Case
from core import acting
from core.rpc import JsonText
from helpers import folding
from helpers import services as helpers
from office.management import demo_cases, demo_money, demo_papers, demo_reminders, demo_week
from office.management.demo_office import Office

DEMO = Path(__file__).resolve().parents[2] / "demo"
ORGS = {
    "a": (UUID("a0000000-0000-4000-8000-000000000001"), "משרד שמאות הדגמה"),
    "b": (UUID("b0000000-0000-4000-8000-000000000001"), "משרד שמאות שני"),
}
PEOPLE = {
    "a": [("a0000000-0000-4000-8000-000000000011", "דנה שמאית-דמו", "assessor"),
          ("a0000000-0000-4000-8000-000000000012", "נועם מנהל-דמו", "admin")],
    "b": [("b0000000-0000-4000-8000-000000000011", "תמר שמאית-דמו", "assessor"),
          ("b0000000-0000-4000-8000-000000000012", "אורי מנהל-דמו", "admin")],
}  # fmt: skip
STAFF = {"a": "noam", "b": "uri"}
# The case whose list shows folds, moved rows and a way back.
LONG_STORY = "99849833"
# setting -> the endpoint it gives each office: end of its id, name, what it hears, body
ENDPOINTS = {
    "WEBHOOK_BASE_URL": ("e1", "כל האירועים", [], "thin"),
    "EXPORT_HELPER_WEBHOOK": ("e2", "HELPER_EXPORT", ["helper.export"], "legacy"),
}


class Command(BaseCommand):
    """Prints one line of JSON: the offices, an appraiser and a staff login in each. Safe to repeat."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.add_logins()
        with acting.acting(acting.SERVICE):
            for key, (org_id, name) in ORGS.items():
                Org.objects.get_or_create(id=org_id, defaults={"name": name})
                for user_id, person, role in PEOPLE[key]:
                    Profile.objects.get_or_create(
                        user_id=user_id, defaults={"org_id": org_id, "name": person, "role": role}
                    )
        self.add_staff()
        opened = [case_id for path in sorted(DEMO.glob("*.json")) if (case_id := self.add_case(path))]
        self.spread_over_the_last_days(opened)
        for case_id in opened:
            folding.fold(case_id, folding.Rule.now())
        for key, (org_id, _name) in ORGS.items():
            self.fill(Office(org_id, appraiser=UUID(PEOPLE[key][0][0]), manager=UUID(PEOPLE[key][1][0])))
        # After the cases, or Make would be told of days gone by.
        with acting.acting(acting.SERVICE):
            self.add_gateway_keys()
            self.add_endpoints()
        self.tell_make()
        self.stdout.write(
            json.dumps(
                {
                    "orgs": {key: str(org_id) for key, (org_id, _) in ORGS.items()},
                    "users": {key: people[0][0] for key, people in PEOPLE.items()},
                    "people": {key: [person[0] for person in people] for key, people in PEOPLE.items()},
                    "staff": {key: {"username": name} for key, name in STAFF.items()},
                }
            )
        )

    def add_logins(self) -> None:
        """auth.users belongs to Supabase Auth, so only the owner's login may add to it."""
        with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
            for people in PEOPLE.values():
                for user_id, *_ in people:
                    owner.execute("insert into auth.users (id) values (%s) on conflict do nothing", [user_id])

    def add_staff(self) -> None:
        password = os.environ.get("DEMO_PASSWORD", "")
        for key, username in STAFF.items():
            user, created = User.objects.get_or_create(
                username=username,
                defaults={
                    "is_staff": True,
                    "profile_id": PEOPLE[key][1][0],
                    "first_name": PEOPLE[key][1][1],
                },
            )
            if password and (created or not user.check_password(password)):
                user.set_password(password)
                user.save(update_fields=["password"])
            # What a login may do follows the role of its person.
            user.user_permissions.clear()

    def add_case(self, path: Path) -> UUID | None:
        """Open the case and save its versions, each as its appraiser; None when the case is there already."""
        story = json.loads(path.read_text(encoding="utf-8"))
        org_id = ORGS[story["org"]][0]
        appraiser = PEOPLE[story["org"]][0][0]
        claims = {"sub": appraiser, "role": acting.PERSON}
        with acting.acting(acting.PERSON, claims):
            if Case.objects.filter(org_id=org_id, plate=story["plate"]).exists():
                return None
            first, *later = story["versions"]
            opened = cases.open_case(
                plate=story["plate"],
                owner_name=story["owner_name"],
                inspection_location=story["inspection_location"],
                helper_json=_text(first["helper"]),
                assigned_to=UUID(appraiser),
            )
            case_id, version = opened["case_id"], opened["version"]
            for step in later:
                version = helpers.save_full(
                    case_id=case_id,
                    helper_json=_text(step["helper"]),
                    expected_version=version,
                    label=step["label"],
                    trigger=step["trigger"],
                ).version
            if story["plate"] == LONG_STORY:
                self.add_week(case_id, version, later[-1]["helper"])
            cases.update(case_id=case_id, status=story["status"])
        return case_id  # type: ignore[no-any-return]

    def add_week(self, case_id: UUID, version: int, helper: dict[str, Any]) -> None:
        """Make the history of a case as long as it is in an office."""
        for step in demo_week.steps(helper, good=version):
            if step.helper is None:
                saved = helpers.restore(
                    case_id=case_id, version=step.back_to, expected_version=version, reason=step.label
                )
            else:
                saved = helpers.save_full(
                    case_id=case_id,
                    helper_json=_text(step.helper),
                    expected_version=version,
                    label=step.label,
                    trigger=step.trigger,
                )
            version = saved.version

    def fill(self, office: Office) -> None:
        """What belongs to the cases: each kind where the office has none of it yet."""
        demo_cases.add(office)
        demo_money.add_invoices(office)
        demo_money.add_payments(office)
        demo_papers.add(office)
        demo_reminders.add(office)

    def tell_make(self) -> None:
        """One helper is on its way to Make; the same version again is no news."""
        with acting.acting(acting.PERSON, {"sub": PEOPLE["a"][0][0], "role": acting.PERSON}):
            case_id = Case.objects.filter(plate=LONG_STORY).values_list("pk", flat=True).first()
            if case_id is not None:
                helpers.export(case_id=case_id)

    def add_gateway_keys(self) -> None:
        """The keys the launcher made, by their hashes; they open every op."""
        with connection.cursor() as cursor:
            for key, (org_id, _) in ORGS.items():
                if text := os.environ.get(f"DEMO_GATEWAY_KEY_{key.upper()}"):
                    cursor.execute(
                        """insert into private.gateway_keys (org_id, name, key_hash, hint)
                           values (%s, 'Make (demo)', %s, %s) on conflict (key_hash) do nothing""",
                        [org_id, hashlib.sha256(text.encode()).hexdigest(), text[:8]],
                    )

    def add_endpoints(self) -> None:
        """Where the offices' news goes; the address follows its setting, everything else is left to the office."""
        secret = os.environ.get("WEBHOOK_SECRET", "")
        for setting, (end, name, event_types, body) in ENDPOINTS.items():
            if not (url := os.environ.get(setting)) or not secret:
                continue
            for key, (org_id, _) in ORGS.items():
                with connection.cursor() as cursor:
                    cursor.execute(
                        """insert into private.webhook_endpoints as e (id, org_id, name, url, event_types, body, secret)
                           values (%s, %s, %s, %s, %s, %s, %s)
                           on conflict (id) do update set url = excluded.url, secret = excluded.secret
                           where (e.url, e.secret) is distinct from (excluded.url, excluded.secret)""",
                        [f"{key}0000000-0000-4000-8000-0000000000{end}", org_id, name, url, event_types, body, secret],
                    )

    def spread_over_the_last_days(self, opened: list[UUID]) -> None:
        """Give the demo a past. Only a superuser of a local server may lift the lock on saved versions."""
        with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
            allowed = owner.execute("select usesuper from pg_user where usename = current_user").fetchone()
            if allowed != (True,):
                return
            owner.execute("set local session_replication_role = replica")
            for number, case_id in enumerate(opened):
                start = timezone.now() - timedelta(days=9 - number % 7, hours=number)
                owner.execute(
                    """update public.case_helper h set saved_at = k.moment, updated_at = k.moment
                       from (select id, %(start)s + row_number() over (order by version)
                               * least(interval '29 hours', (now() - %(start)s) / (1 + count(*) over ())) moment
                             from public.case_helper where case_id = %(case)s) k
                       where h.id = k.id and k.moment < now()""",
                    {"start": start, "case": case_id},
                )
                # Its story and the chart of saves follow.
                owner.execute(
                    """update public.events e set at = h.saved_at from public.case_helper h
                       where h.case_id = %s and e.case_id = h.case_id and e.version = h.version
                         and e.type like 'case_helper.%%'""",
                    [case_id],
                )
                owner.execute(
                    """update public.cases set created_at = %(start)s, updated_at =
                         (select max(saved_at) from public.case_helper where case_id = %(case)s)
                       where id = %(case)s""",
                    {"start": start, "case": case_id},
                )


def _text(helper: dict[str, Any]) -> JsonText:
    return JsonText(json.dumps(helper, ensure_ascii=False).encode())
