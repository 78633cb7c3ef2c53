"""Staff at the admin's door, and cases with a story."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.models import Profile, User
from accounts.people_roles import permissions
from core import acting
from make.models import WebhookEndpoint
from tests import cast

ENDPOINTS = "/admin/make/webhookendpoint/"
GHOST = "00000000-0000-4000-8000-00000000dead"
HOOK = "https://hook.eu2.make.com/abcdefghijklmnopqrstuvwxyz123456"
VOID = {"meta", "link", "input", "br", "img", "use", "path"}


@pytest.fixture
def staff(db):
    """`staff()` is Noam at the admin, `staff("uri")` the manager of the other office."""

    def logged_in(username="noam", **client):
        browser = Client(**client)
        user = User.objects.get(username=username)
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return logged_in


@pytest.fixture
def may(db):
    """Give Noam a further permission, or take all but some away."""

    def set_to(*codenames):
        # A login with no permission of its own has those of its role, so that it is left one that opens nothing.
        codenames = codenames or ("view_session",)
        found = Permission.objects.filter(codename__in=codenames)
        assert found.count() == len(codenames)
        User.objects.get(username="noam").user_permissions.set(found)

    return set_to


@pytest.fixture
def save(api, dana):
    """Save a helper over a version as Dana."""

    def saved(case, helper, version, **more):
        answer = api(dana).put(f"cases/{case['case_id']}/helper", {"helper": helper, "version": version, **more})
        assert answer.status_code == 200, answer.content
        return answer.json()

    return saved


@pytest.fixture
def version_id(staff):
    """The row id of a case's version, read from the links of the case's page as Noam sees it."""

    def of(case, version):
        from core import acting
        from helpers.models import CaseHelper

        with acting.acting(acting.STAFF, cast.NOAM.claims):
            return CaseHelper.objects.values_list("pk", flat=True).get(case_id=case["case_id"], version=version)

    return of


def as_noam():
    return acting.acting(acting.STAFF, cast.NOAM.claims)


@pytest.fixture
def demote(db):
    """`demote()`: Noam keeps his login and its permissions, and is a manager no longer."""

    def demoted():
        held = [name.partition(".")[2] for name in permissions("admin")]
        User.objects.get(username="noam").user_permissions.set(Permission.objects.filter(codename__in=held))
        with acting.acting(acting.SERVICE):
            Profile.objects.filter(pk=cast.NOAM.user_id).update(role="assessor")

    return demoted


@pytest.fixture
def add(staff):
    """Add an endpoint by its form as a manager; the answer holds its secret."""

    def added(name="Make", username="noam", **given):
        return staff(username).post(f"{ENDPOINTS}add/", {"name": name, "url": HOOK, "body": "thin", **given})

    return added


@pytest.fixture
def endpoint(add):
    """An endpoint of Noam's office, as he sees it."""
    assert add().status_code == 200
    with as_noam():
        return WebhookEndpoint.objects.get()


@pytest.fixture
def post_all(db):
    """Let every waiting delivery be posted, and be answered as told."""

    def posted(http_status=200, outcome="delivered", **more):
        said = {"request_id": "req-1", "ms": 12, "http_status": http_status, "answer": "Accepted", "outcome": outcome}
        said |= {"started_at": timezone.now().isoformat(), "gone": False, **more}
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            for pk in list(WebhookEndpoint.objects.values_list("pk", flat=True)):
                cursor.execute("select delivery_id, attempt from private.deliveries_claim(%s, 100, 45, 0)", [pk])
                results = [{**said, "delivery_id": str(row[0]), "attempt": row[1]} for row in cursor.fetchall()]
                cursor.execute("select private.deliveries_record(%s)", [Jsonb(results)])

    return posted


def case_page(case):
    return f"/admin/cases/case/{case['case_id']}/change/"


def version_page(pk, what=""):
    return f"/admin/helpers/casehelper/{pk}/{what}"


class Page(HTMLParser):
    """The texts of a page, each with the elements around it."""

    def __init__(self, html: str):
        super().__init__()
        self.around: list[tuple[str, dict]] = []
        self.texts: list[tuple[str, list[tuple[str, dict]]]] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.around.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not {"script", "style", "title", "textarea"} & {tag for tag, _ in self.around}:
            self.texts.append((data.strip(), list(self.around)))


def page_of(answer):
    return Page(answer.content.decode())
