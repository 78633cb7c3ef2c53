"""Pages of other hosts: those of the settings and of the caller's office may read the API, nobody else."""

import pytest
from django.db import connection

from core import acting
from tests.cast import NORTH
from tests.make.caller import Make, give_key

UI = "https://ui.example.test"


@pytest.fixture(autouse=True)
def strict(settings):
    settings.HTTPS_ONLY = True
    settings.CORS_ALLOWED_ORIGINS = [UI]


def ask_beforehand(api, path, origin=UI, method="PUT"):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    return api().request("OPTIONS", path, Origin=origin, **asked)


def test_a_page_of_the_settings_may_read_and_sees_the_headers_it_needs(api, dana, open_case):
    answer = api(dana).get(f"cases/{open_case()['case_id']}/helper", Origin=UI)

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, UI)
    assert {"ETag", "Retry-After", "X-Request-Id"} <= set(answer["Access-Control-Expose-Headers"].split(", "))
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer


def test_it_may_ask_beforehand_without_a_token(api):
    answer = ask_beforehand(api, "cases/00000000-0000-4000-8000-000000000000/helper")

    assert (answer.status_code, answer.content) == (204, b"")
    assert "PUT" in answer["Access-Control-Allow-Methods"]
    assert {"authorization", "if-none-match", "apikey"} <= set(answer["Access-Control-Allow-Headers"].split(", "))


def test_a_refusal_is_readable_too(api):
    answer = api().get("cases", Origin=UI)

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (401, UI)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.test", f"{UI}.evil.test", "http://ui.example.test", f"{UI}:8443", f"{UI}/", "null", "", "*",
     "http://127.0.0.1:5173", UI.upper()],
)  # fmt: skip
def test_any_other_page_is_told_nothing(api, dana, origin):
    for answer in (api(dana).get("cases", Origin=origin), ask_beforehand(api, "cases", origin)):
        assert "Access-Control-Allow-Origin" not in answer
        assert "Origin" in answer["Vary"]


def test_on_ones_own_machine_any_port_may(api, settings):
    settings.HTTPS_ONLY = False

    assert (
        ask_beforehand(api, "cases", "http://localhost:5173")["Access-Control-Allow-Origin"] == "http://localhost:5173"
    )
    assert "Access-Control-Allow-Origin" not in ask_beforehand(api, "cases", "http://localhost.evil.test")


def test_pages_of_the_office_are_for_nobody_else(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/", headers={"Origin": UI})


OFFICES = "https://screens.north.example.test"


@pytest.fixture
def north_works_there(db):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.orgs set ui_origins = %s where id = %s", [[OFFICES], NORTH.id])


@pytest.mark.usefixtures("north_works_there")
def test_an_offices_own_pages_may_read_for_its_people(api, dana, open_case):
    answer = api(dana).get(f"cases/{open_case()['case_id']}/helper", Origin=OFFICES)

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, OFFICES)


@pytest.mark.usefixtures("north_works_there")
def test_and_for_nobody_of_another_office(api, tamar):
    answer = api(tamar).get("cases", Origin=OFFICES)

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.usefixtures("north_works_there")
def test_before_anybody_is_known_a_page_of_any_office_may_ask_and_read_a_refusal(api):
    assert ask_beforehand(api, "cases", OFFICES)["Access-Control-Allow-Origin"] == OFFICES
    assert api().get("cases", Origin=OFFICES)["Access-Control-Allow-Origin"] == OFFICES


@pytest.mark.usefixtures("north_works_there")
@pytest.mark.parametrize(
    "origin", [f"{OFFICES}.evil.test", f"{OFFICES}/", OFFICES.upper(), f"{OFFICES}:8443", "https://" + "a" * 5000]
)
def test_what_only_looks_like_an_offices_page_is_told_nothing(api, dana, origin):
    assert "Access-Control-Allow-Origin" not in api(dana).get("cases", Origin=origin)


@pytest.mark.usefixtures("north_works_there")
def test_an_office_that_takes_its_page_away_is_obeyed_at_once(api, dana):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.orgs set ui_origins = '{}' where id = %s", [NORTH.id])

    assert "Access-Control-Allow-Origin" not in api(dana).get("cases", Origin=OFFICES)


@pytest.mark.usefixtures("north_works_there")
def test_a_key_is_no_person_of_an_office_whose_pages_may_read(api, settings):
    for answer in (
        api(token=settings.SUPABASE_SERVICE_ROLE).get("cases", Origin=OFFICES),
        Make(give_key()).get("cases", Origin=OFFICES),
    ):
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer
    by_key = api(token=settings.SUPABASE_SERVICE_ROLE).get("cases", Origin=UI)
    assert by_key["Access-Control-Allow-Origin"] == UI
