"""Staff at the admin's door, and cases with a story."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import User
from tests import cast

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
        from django.contrib.auth.models import Permission

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
