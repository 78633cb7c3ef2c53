"""The API for somebody who is logged in to the admin."""

import pytest
from django.test import Client

from tests.cast import PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def staff(db, django_user_model):
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.get(username="noam"), backend=BACKEND)
    return client


def with_csrf(client):
    client.get("/admin/password_change/")
    return {"X-CSRFToken": client.cookies["csrftoken"].value}


def test_staff_see_their_office(staff, open_case, api, tamar):
    mine = open_case()
    theirs = open_case(person=tamar)

    assert [row["case_id"] for row in staff.get("/api/v1/cases").json()] == [mine["case_id"]]
    assert staff.get(f"/api/v1/cases/{theirs['case_id']}/helper").status_code == 404


def test_a_write_by_cookie_needs_the_csrf_token(staff, open_case):
    url = f"/api/v1/cases/{open_case()['case_id']}/helper"
    body = {"version": 1, "helper": {"a": 1}}

    refused = staff.put(url, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    saved = staff.put(url, body, content_type="application/json", headers=with_csrf(staff))
    assert saved.status_code == 200
    assert staff.get(f"{url}/versions").json()[0]["saved_from"] == "ADMIN"


def test_a_login_without_an_active_person_sees_nothing(db, django_user_model):
    client = Client()
    user = django_user_model.objects.create_user("nobody", password=PASSWORD, is_staff=True)
    client.force_login(user, backend=BACKEND)
    assert client.get("/api/v1/cases").status_code == 403

    user.is_staff = False
    user.save()
    assert client.get("/api/v1/cases").status_code == 401
