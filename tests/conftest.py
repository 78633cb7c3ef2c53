"""Fixtures every test may ask for; see tests/cast.py for the people."""

import json
import os
import secrets

import pytest
from django.db import connections
from django.test import Client

from tests import cast, databases

if "OWNER_DATABASE_URL" not in os.environ:
    pytest.exit("Tests need a Postgres of their own: run `python3 dev.py test`.", returncode=2)


def pytest_collection_modifyitems(items):
    """Tests that need a tool this machine lacks are skipped with the reason; in CI that is a failure."""
    for item in items:
        for marker, tool in (("browser", "CHROMIUM"), ("peers", "PEERS")):
            if item.get_closest_marker(marker) and not os.environ.get(tool):
                item.add_marker(pytest.mark.usefixtures(f"needs_{marker}"))


def _missing(tool):
    why = f"{tool.lower()} is missing: {os.environ.get(tool + '_WHY', 'run the tests with dev.py test')}"
    if os.environ.get("SKIPS_FAIL"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def needs_browser():
    _missing("CHROMIUM")


@pytest.fixture
def needs_peers():
    _missing("PEERS")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Each worker's own copy of the template, entered by the runtime login; only tests that ask for it may."""
    with databases.copy("worker") as name:
        connections["default"].settings_dict["NAME"] = name
        yield
        with django_db_blocker.unblock():
            connections["default"].close()


@pytest.fixture(autouse=True)
def static_files_as_they_lie(settings):
    """The hashed names exist only where static files were collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def dana():
    return cast.DANA


@pytest.fixture
def tamar():
    return cast.TAMAR


class Api:
    """The API as one caller sees it, through Django's own client."""

    def __init__(self, token: str | None):
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method, path, body=None, *, content_type="application/json", **headers):
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1/{path}", data, content_type=content_type, headers={**self.headers, **headers}
        )

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.request("POST", path, body, **headers)

    def put(self, path, body=None, **headers):
        return self.request("PUT", path, body, **headers)

    def patch(self, path, body=None, **headers):
        return self.request("PATCH", path, body, **headers)


@pytest.fixture
def api(db):
    """`api(dana)` calls as Dana, `api()` as nobody, `api(token="...")` with any token."""

    def as_caller(person=None, token=None):
        return Api(token or (person.token() if person else None))

    return as_caller


def any_plate() -> str:
    # Not from `random`, which hypothesis winds back.
    return str(10_000_000 + secrets.randbelow(89_999_999))


@pytest.fixture
def open_case(api, dana):
    """Open a case as Dana with a helper, and return what the API answered."""

    def opened(helper=None, plate=None, person=dana):
        answer = api(person).post("cases", {"plate": plate or any_plate(), "helper": helper or {"meta": {"n": 1}}})
        assert answer.status_code == 201, answer.content
        return answer.json()

    return opened
