"""What every answer of the API has in common."""

import pytest


def test_an_error_has_the_body_of_both_worlds(api):
    answer = api().get("cases", **{"Accept-Language": "en"})

    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:problem:unauthenticated",
        "title": "unauthenticated",
        "status": 401,
        "detail": "Log in first.",
        "instance": "/api/v1/cases",
        "code": "unauthenticated",
        "message": "Log in first.",
        "details": None,
        "hint": "Send a valid access token as Authorization: Bearer.",
    }


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/problem+json"),
        ("text/html", "application/problem+json"),
        ("application/problem+json, application/json", "application/problem+json"),
    ],
)
def test_an_error_comes_as_plain_json_when_asked(api, accept, content_type):
    assert api().get("cases", Accept=accept)["Content-Type"] == content_type


def test_a_request_id_is_given_or_kept(api, dana):
    assert len(api(dana).get("cases")["X-Request-Id"]) == 32
    assert api(dana).get("cases", **{"X-Request-Id": "make-42"})["X-Request-Id"] == "make-42"
    assert api(dana).get("cases", **{"X-Request-Id": "bad id\n"})["X-Request-Id"] != "bad id\n"


def test_an_address_that_is_none_is_told_in_json(api, dana):
    answer = api(dana).get("no/such/place")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_method_that_is_not_there_is_405(api, dana, open_case):
    answer = api(dana).request("DELETE", f"cases/{open_case()['case_id']}")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_too_many_requests_wait(api, dana, tamar, settings):
    settings.API_RATE_PER_MINUTE = 3
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rates"}}
    answers = [api(dana).get("cases") for _ in range(8)]

    # The minute may turn over once while we count.
    assert [answer.status_code for answer in answers].count(429) >= 2
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert api(tamar).get("cases").status_code == 200


def test_health_is_told_to_anybody(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready["database"], ready["migrations"]) == (True, True)


def test_nothing_of_a_request_stands_in_the_log(api, dana, open_case, capfd, caplog):
    canaries = ["קנרית-בעלים", "7731415", "canary@example.test"]
    case = open_case({"stakeholders": {"owner": {"name": canaries[0], "email": canaries[2]}}}, plate=canaries[1])
    api(dana).get(f"plates/{canaries[1]}/helper")
    api(dana).get(f"cases?q={canaries[1]}")
    api(dana).put(f"cases/{case['case_id']}/helper", b'{"version": 1, "helper": {"a": "canary@example.test\\u0000"}}')

    written = "".join(capfd.readouterr()) + caplog.text
    assert '"route"' in written or "'route'" in written
    for canary in [*canaries, dana.token()[:40]]:
        assert canary not in written
