"""The demo data: a launcher fills it in at each start, and what the office changed since stays."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from make import keys
from tests import databases


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with databases.copy("demo") as name, pytest.MonkeyPatch.context() as place:
        place.setenv("FILES_ROOT", str(tmp_path_factory.mktemp("files")))
        yield name


def seed(database, **environment):
    env = {"DATABASE_URL": databases.runtime_url(database), "OWNER_DATABASE_URL": databases.owner_url(database)}
    env |= {"WEBHOOK_SECRET": "whsec_" + "a" * 44, "DEMO_GATEWAY_KEY_A": "gk_a", "DEMO_GATEWAY_KEY_B": "gk_b"}
    command = [sys.executable, "manage.py", "seed_demo"]
    done = subprocess.run(
        command, cwd=databases.ROOT, env={**os.environ, **env, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def ask(database, statement):
    with psycopg.connect(databases.owner_url(database)) as owner:
        cursor = owner.execute(statement)
        return cursor.fetchall() if cursor.description else None


ENDPOINTS = """select o.name = 'משרד שמאות הדגמה', e.url, e.event_types, e.body, e.secret, e.is_paused
from private.webhook_endpoints e join public.orgs o on o.id = e.org_id order by 1 desc, e.id"""


def test_without_an_address_there_is_no_endpoint(database):
    seed(database)

    assert ask(database, ENDPOINTS) == []


def test_both_offices_tell_one_address_everything(database):
    seed(database, WEBHOOK_BASE_URL="http://127.0.0.1:5001/")
    again = seed(database, WEBHOOK_BASE_URL="http://127.0.0.1:5001/")

    told = ("http://127.0.0.1:5001/", [], "thin", "whsec_" + "a" * 44, False)
    assert ask(database, ENDPOINTS) == [(True, *told), (False, *told)]
    news = ask(database, "select distinct type from private.deliveries")
    assert set(news) <= {("helper.export",)}, "days gone by are no news"
    assert set(again["orgs"]) == {"a", "b"}


def test_the_address_follows_the_catcher_and_a_pause_stays(database):
    ask(database, "update private.webhook_endpoints set is_paused = true, name = 'Make שלי'")
    seed(database, WEBHOOK_BASE_URL="http://127.0.0.1:5002/")

    assert [row[1] for row in ask(database, ENDPOINTS)] == ["http://127.0.0.1:5002/"] * 2
    assert ask(database, "select distinct name, is_paused from private.webhook_endpoints") == [("Make שלי", True)]


def test_the_setting_people_know_hears_exports(database):
    seed(database, EXPORT_HELPER_WEBHOOK="https://hook.eu2.make.com/abc")

    exports = [row for row in ask(database, ENDPOINTS) if row[2]]
    assert [row[1:4] for row in exports] == [("https://hook.eu2.make.com/abc", ["helper.export"], "legacy")] * 2


def test_each_office_has_its_key_once_and_only_as_a_hash(database):
    seed(database)

    found = ask(database, "select key_hash, ops, revoked_at from private.gateway_keys order by org_id")
    assert found == [(keys.hash_of("gk_a"), [], None), (keys.hash_of("gk_b"), [], None)]


def test_one_case_has_a_long_history_with_folds_and_a_way_back(database):
    seed(database)

    [(versions, folded, restored)] = ask(
        database,
        """select count(*), count(*) filter (where folded), count(restored_from) from public.case_helper
           where plate = '99849833'""",
    )
    assert (versions, folded, restored) == (22, 10, 1), "the last three are too young to be folded"
    assert ask(database, "select count(*) from public.case_helper where saved_at > now() or changes is null") == [(0,)]


# Their lists are empty in a demo that is well, or each person's own.
MAY_BE_EMPTY = {"systemlog", "calendarfeed", "rawanswer", "featureflag", "importrun"}
# Beat and its workers fill these in when the stack runs.
OF_BEAT = {"checkrun", "jobrun"}
LOOK = """
import json
from django.contrib import admin
from django.test import Client
from accounts.people_roles import permissions
from django.urls import NoReverseMatch, reverse

browser = Client(HTTP_HOST="127.0.0.1")
browser.post("/admin/login/", {"username": "noam", "password": "demo-password-1", "next": "/admin/"})
seen = {}
for model in admin.site._registry:
    name = model._meta.model_name
    if f"{model._meta.app_label}.view_{name}" not in permissions("admin"):
        continue
    answer = browser.get(reverse(f"admin:{model._meta.app_label}_{name}_changelist"), follow=True)
    cl = (answer.context or {}).get("cl")
    body = answer.content.decode()
    rows = cl.result_count if cl is not None else body.count("<td") + body.count("<li class") + body.count("<dd")
    seen[name] = [answer.status_code, rows]
for name, address in {"home": "/admin/", "calendar": "/admin/reminders/reminder/calendar/"}.items():
    seen[name] = [browser.get(address).status_code, browser.get(address).content.decode().count("<a ")]
print(json.dumps(seen))
"""


def looked_at(database):
    """How many rows each list of the admin has for the demo's manager."""
    env = {"DATABASE_URL": databases.runtime_url(database), "OWNER_DATABASE_URL": databases.owner_url(database)}
    env |= {"SECOND_FACTOR_ROLES": "", "ALLOWED_HOSTS": "127.0.0.1", "HTTPS_ONLY": "0", "DJANGO_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", LOOK],
        cwd=databases.ROOT, env={**os.environ, **env}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_list_of_the_admin_shows_something(database):
    seed(database, DEMO_PASSWORD="demo-password-1", WEBHOOK_BASE_URL="http://127.0.0.1:5001/")

    seen = looked_at(database)

    assert {name: status for name, (status, _) in seen.items() if status != 200} == {}
    empty = {name for name, (_, rows) in seen.items() if not rows}
    assert empty - OF_BEAT <= MAY_BE_EMPTY
    assert len(seen) > 30


def test_what_the_office_changed_since_stays(database):
    ask(database, "update public.reminders set title = 'שונה' where outside_id = 'demo-3'")
    ask(database, "update public.invoices set notes = 'שונה'")
    seed(database)

    assert ask(database, "select distinct title from public.reminders where outside_id = 'demo-3'") == [("שונה",)]
    assert ask(database, "select distinct notes from public.invoices") == [("שונה",)]
