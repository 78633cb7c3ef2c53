"""The OpenAPI document: complete, and its examples run."""

import json
import re

import pytest


@pytest.fixture
def schema(client, db):
    return json.loads(client.get("/api/schema", headers={"Accept": "application/json"}).content)


ADDRESSES = {
    "/api/v1/cases": {"get", "post"},
    "/api/v1/cases/{case_id}": {"get", "patch"},
    "/api/v1/cases/{case_id}/timeline": {"get"},
    "/api/v1/cases/{case_id}/helper": {"get", "put"},
    "/api/v1/cases/{case_id}/helper/versions": {"get"},
    "/api/v1/cases/{case_id}/helper/versions/{version}": {"get"},
    "/api/v1/cases/{case_id}/helper/restore": {"post"},
    "/api/v1/plates/{plate}/helper": {"get"},
    "/api/v1/helpers/import": {"post"},
}


def test_every_address_is_described(schema):
    assert {path: set(operations) for path, operations in schema["paths"].items()} == ADDRESSES


def test_every_operation_names_its_refusals_and_its_caller(schema):
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert {"4XX", "503"} <= set(operation["responses"])
            assert operation["security"] == [{"supabase": []}, {"staff": []}]
            assert operation["operationId"]


def examples(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            for name, example in content.get("application/json", {}).get("examples", {}).items():
                yield path, method, name, example["value"]


def test_every_example_runs(schema, api, dana, open_case):
    ran = set()
    for path, method, name, value in examples(schema):
        case = open_case()
        api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"a": 1}})

        address = path.removeprefix("/api/v1/").format(case_id=case["case_id"])
        answer = api(dana).request(method.upper(), address, value)

        assert answer.status_code in {200, 201}, (path, name, answer.content)
        ran.add((path, method))
    assert ran == {
        (path, method)
        for path, methods in ADDRESSES.items()
        for method in methods
        if method in {"post", "put", "patch"}
    }


def test_the_docs_come_from_our_own_files_under_a_strict_policy(site):
    page = site.fetch("GET", "/api/docs")

    assert page.status == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for foreign in (b'src="http', b'href="http', b"<style", b"cdn"):
        assert foreign not in page.body
    for script in re.findall(rb'(?:src|href)="(/static/[^"]+)"', page.body):
        assert site.fetch("GET", script.decode()).status == 200
