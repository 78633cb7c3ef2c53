"""The OpenAPI document: complete, and its examples run."""

import json
import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from core import acting, rpc
from files import services, storage
from files.models import Report
from make.gateway import OPS
from tests.admin.conftest import HOOK, staff  # noqa: F401
from tests.files.conftest import files_root  # noqa: F401
from tests.flows.example_stage import Stage
from tests.make.caller import Make, give_key
from tests.make.test_staff_api import Desk


@pytest.fixture
def schema(client, db):
    return json.loads(client.get("/api/schema", headers={"Accept": "application/json"}).content)


MAKES_OWN = [f"/api/v1/{name}" for name in ("ingest-external", "update-helper", "rpc/sync_helper")]
ANSWERS = ("levi-reports", "vehicle-details", "ocr-results")
ADDRESSES = {
    "/api/v1/cases": {"get", "post"},
    "/api/v1/cases/{case_id}": {"get", "patch"},
    "/api/v1/cases/{case_id}/timeline": {"get"},
    "/api/v1/cases/{case_id}/collaborators": {"get", "post"},
    "/api/v1/cases/{case_id}/collaborators/{user_id}": {"delete"},
    "/api/v1/cases/{case_id}/transfer": {"post"},
    "/api/v1/events": {"get"},
    "/api/v1/jobs/{job_id}": {"get"},
    "/api/v1/jobs/{job_id}/cancel": {"post"},
    "/api/v1/cases/{case_id}/helper": {"get", "put", "patch"},
    "/api/v1/cases/{case_id}/helper/versions": {"get"},
    "/api/v1/cases/{case_id}/helper/versions/{version}": {"get"},
    "/api/v1/cases/{case_id}/helper/compare": {"get"},
    "/api/v1/cases/{case_id}/helper/history": {"get"},
    "/api/v1/cases/{case_id}/helper/find": {"get"},
    "/api/v1/cases/{case_id}/helper/restore": {"post"},
    "/api/v1/cases/{case_id}/helper/export": {"post"},
    "/api/v1/cases/{case_id}/helper/export-ticket": {"post"},
    "/api/v1/helper-export": {"post"},
    "/api/v1/plates/{plate}/helper": {"get"},
    "/api/v1/helpers/import": {"post"},
    "/api/v1/flags": {"get"},
    "/api/v1/parts/search-sessions": {"get", "post"},
    "/api/v1/parts/search-sessions/{session_id}": {"get"},
    "/api/v1/parts/search-results": {"get", "post"},
    "/api/v1/parts/search-results/{result_id}": {"get"},
    "/api/v1/parts/search-results/{result_id}/select": {"post"},
    "/api/v1/parts/selected": {"get"},
    "/api/v1/parts/selected/{selected_id}": {"delete"},
    "/api/v1/parts/suggestions": {"get"},
    "/api/v1/parts/archived": {"get"},
    "/api/v1/parts/required": {"get", "post"},
    "/api/v1/parts/required/{row_uuid}": {"get", "patch"},
    "/api/v1/kb/docs": {"get", "post"},
    "/api/v1/kb/docs/{doc_id}": {"get", "patch", "delete"},
    "/api/v1/kb/search": {"get"},
    "/api/v1/invoices": {"get", "post"},
    "/api/v1/invoices/{invoice_id}": {"get", "patch"},
    "/api/v1/invoices/{invoice_id}/lines": {"get", "post"},
    "/api/v1/invoices/{invoice_id}/lines/{line_number}": {"get", "patch"},
    "/api/v1/invoices/{invoice_id}/documents": {"get"},
    "/api/v1/invoice-suppliers": {"get"},
    "/api/v1/invoice-suppliers/{supplier_id}": {"get", "patch"},
    "/api/v1/vat-rates": {"get"},
    "/api/v1/files": {"get", "post"},
    "/api/v1/files/{file_id}": {"get", "patch", "delete"},
    **{f"/api/v1/files/{{file_id}}/{verb}": {"post"} for verb in ("restore", "share")},
    "/api/v1/files/{file_id}/content": {"get"},
    "/api/v1/files/links/{link_id}/revoke": {"post"},
    "/api/v1/sign-url": {"post"},
    "/api/v1/links/{token}": {"get"},
    "/api/v1/calendar/{token}.ics": {"get"},
    "/api/v1/report-assets": {"get", "put"},
    **{f"/api/v1/tracking/{table}": {"get"} for table in ("general", "expertise", "final_report", "payments")},
    "/api/v1/payments": {"get", "post"},
    "/api/v1/payments/{payment_id}": {"get", "patch"},
    "/api/v1/payments/{payment_id}/contact": {"post"},
    "/api/v1/payments/{payment_id}/fee-invoices": {"get", "post"},
    "/api/v1/payments/{payment_id}/fee-invoices/{invoice_id}": {"patch"},
    **{f"/api/v1/gateway/{op}": {"post"} for op in OPS},
    **{path: {"post"} for path in MAKES_OWN},
    **{f"/api/v1/{name}": {"get", "post"} for name in ANSWERS},
    **{f"/api/v1/{name}/{{answer_id}}": {"get", "patch"} for name in ANSWERS},
    **{f"/api/v1/invoices/{{invoice_id}}/{verb}": {"get", "post"} for verb in ("assign", "accept", "undo")},
    "/api/v1/sync-onedrive": {"post"},
    "/api/v1/files/{file_id}/assign": {"post"},
    "/api/v1/reminders": {"get", "post"},
    "/api/v1/reminders/{reminder_id}": {"get", "patch"},
    "/api/v1/reminders/{reminder_id}/complete": {"post"},
    "/api/v1/reminders/{reminder_id}/snooze": {"post"},
    "/api/v1/reminders/{reminder_id}/cancel": {"post"},
    "/api/v1/reminders/{reminder_id}/occurrences": {"get"},
    "/api/v1/reminders/{reminder_id}/occurrences/{occurrence_id}/retry": {"post"},
    "/api/v1/messages": {"get", "post"},
    "/api/v1/messages/preview": {"post"},
    "/api/v1/messages/{message_id}": {"get"},
    "/api/v1/messages/{message_id}/retry": {"post"},
    "/api/v1/cases/{case_id}/archive": {"post"},
    "/api/v1/cases/{case_id}/archive/{job_id}": {"get"},
    "/api/v1/cases/{case_id}/archive/{job_id}/cancel": {"post"},
    "/api/v1/render-report": {"post"},
    "/api/v1/get-report": {"post"},
    "/api/v1/reports": {"get"},
    "/api/v1/reports/{report_id}": {"get"},
    "/api/v1/images": {"get", "post"},
    "/api/v1/images/reorder": {"post"},
    "/api/v1/images/{image_id}": {"get", "patch", "delete"},
    "/api/v1/images/{image_id}/restore": {"post"},
    "/api/v1/images/{image_id}/thumbnail": {"get"},
    "/api/v1/webhook-endpoints": {"get", "post"},
    "/api/v1/webhook-endpoints/{endpoint_id}": {"get", "patch", "delete"},
    "/api/v1/webhook-endpoints/{endpoint_id}/rotate": {"post"},
    "/api/v1/webhook-endpoints/{endpoint_id}/ping": {"post"},
    "/api/v1/deliveries": {"get"},
    "/api/v1/deliveries/replay": {"post"},
    "/api/v1/deliveries/{delivery_id}": {"get"},
    "/api/v1/deliveries/{delivery_id}/replay": {"post"},
    "/api/v1/events/ticket": {"post"},
    "/api/v1/events/stream": {"get"},
}

STAFFS_OWN = ("/api/v1/webhook-endpoints", "/api/v1/deliveries")
PEOPLE, KEYS = [{"supabase": []}, {"staff": []}], [{"gateway": []}]
CALLERS = {
    # The ticket in the body says who calls.
    "/api/v1/helper-export": [{}],
    "/api/v1/events/stream": [{}],
    # So does the link.
    "/api/v1/links/{token}": [{}],
    "/api/v1/calendar/{token}.ics": [{}],
    # There the other one is the service key.
    **{f"/api/v1/gateway/{op}": [*KEYS, {"supabase": []}] for op in OPS},
    **{path: [*KEYS, *PEOPLE] for path in MAKES_OWN},
    **{f"/api/v1/{name}": [*KEYS, *PEOPLE] for name in ("render-report", "get-report")},
}


def callers_of(path, method):
    """Keys read whatever is not staff's."""
    is_read = method == "get" and not path.startswith(STAFFS_OWN)
    return CALLERS.get(path, [*KEYS, *PEOPLE] if is_read else PEOPLE)


def test_every_address_is_described(schema):
    assert {path: set(operations) for path, operations in schema["paths"].items()} == ADDRESSES


def test_every_operation_names_its_refusals_and_its_caller(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"4XX", "503"} <= set(operation["responses"])
            assert operation["security"] == callers_of(path, method)
            assert operation["operationId"]


def examples(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            for kind in [kind for kind in content if kind.endswith("json")]:
                for name, example in content[kind].get("examples", {}).items():
                    yield path, method, kind, name, example["value"]


@pytest.fixture
def ready_reports(settings):
    """A renderer that is only named, and reports of a case as if it had made them."""
    settings.GOTENBERG_URL = "http://127.0.0.1:9"

    def make(case):
        for report_type, nature in (("estimate", "draft"), ("expertise", "draft")):
            report = services.request_report(case_id=case["case_id"], report_type=report_type, nature=nature)
            with acting.acting(acting.SERVICE):
                report = rpc.row(Report, "private.report_claim", lease_seconds=60, most_attempts=5, report_id=report.pk)
                key = storage.new_key(report.org_id, report.case_id, "pdf")
                known = {"filename": "x.pdf", "mime_type": "application/pdf", "size_bytes": 1, "checksum": "0" * 64}
                document = services.keep(document_id=uuid4(), bucket="reports", key=key, category="report",
                                         case_id=report.case_id, **known)  # fmt: skip
                found = {"document_id": document.pk, "pages": 1, "title": "x", "verified": {}}
                rpc.row(Report, "private.report_finish", report_id=report.pk, attempt=report.attempts, **found)

    return make


def test_every_example_runs(schema, api, dana, open_case, staff, ready_reports):  # noqa: F811
    make, desk = Make(give_key()), Desk(staff(enforce_csrf_checks=True))
    endpoint = desk.post("webhook-endpoints", {"name": "Make", "url": HOOK}).json()
    ran = set()
    for path, method, kind, name, example in examples(schema):
        stage = Stage(api(dana), make, open_case, path, name)
        if path.endswith("/get-report"):
            with acting.acting(acting.SERVICE):
                ready_reports(stage.case)
        address, value = stage.address(endpoint_id=endpoint["id"]), stage.value(example)

        if path.startswith(STAFFS_OWN):
            answer = desk.request(method.upper(), address, value)
        elif KEYS[0] in schema["paths"][path][method]["security"]:
            answer = make.call(address, value)
        else:
            read = {"If-Match": '"v2"'} if kind.endswith("patch+json") else {}
            answer = api(dana).request(method.upper(), address, value, content_type=kind, **read)

        assert answer.status_code in {200, 201, 202}, (path, name, answer.content)
        ran.add((path, method))
    assert ran == {
        (path, method)
        for path, methods in ADDRESSES.items()
        for method in methods
        if "requestBody" in schema["paths"][path][method] and path not in {"/api/v1/files", "/api/v1/images"}
    }


def test_every_example_of_a_parameter_runs(schema, api, dana, open_case):
    case = open_case()
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"a": 1}})
    ran = set()
    for path, operations in schema["paths"].items():
        told = operations.get("get", {}).get("parameters", [])
        needed = {one["name"]: first_example(one) for one in told if one["in"] == "query" and one.get("required")}
        for parameter in told:
            for example in parameter.get("examples", {}).values():
                asked = urlencode({**needed, parameter["name"]: example["value"]})
                address = path.removeprefix("/api/v1/").format(case_id=case["case_id"])

                answer = api(dana).get(f"{address}?{asked}")

                assert answer.status_code == 200, (path, asked, answer.content)
                ran.add((path.rpartition("/")[2], parameter["name"]))
    assert {("compare", "from"), ("compare", "to"), ("history", "pointer"), ("find", "q")} <= ran


def first_example(parameter):
    return next(iter(parameter["examples"].values()))["value"]


def test_the_docs_come_from_our_own_files_under_a_strict_policy(site):
    page = site.fetch("GET", "/api/docs")

    assert page.status == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for foreign in (b'src="http', b'href="http', b"<style", b"cdn"):
        assert foreign not in page.body
    for script in re.findall(rb'(?:src|href)="(/static/[^"]+)"', page.body):
        assert site.fetch("GET", script.decode()).status == 200
