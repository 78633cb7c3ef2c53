"""A report on the whole stack: asked for, printed by a worker's Chromium, and opened by its link."""

import io
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pypdf
import pytest

from tests.conftest import any_plate
from tests.stack import running_stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack():
    with running_stack() as running:
        yield running


def opened(url):
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=20)
    try:
        connection.request("GET", place.path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()
    finally:
        connection.close()


def test_who_prefers_to_wait_gets_the_link_to_a_report_that_is_there(stack):
    plate = any_plate()
    case = stack.call("POST", "cases", {"plate": plate, "helper": {"meta": {"plate": plate}}}).json()
    asked = {"case_id": case["case_id"], "report_type": "estimate"}

    answer = stack.call("POST", "render-report", asked, timeout=60, Prefer="wait=25")

    assert answer.status == 200, answer.body
    told = answer.json()
    assert told["expires_at"].endswith("Z")
    assert answer.headers["preference-applied"] == "wait"
    status, kind, pdf = opened(told["url"])
    assert (status, kind) == (200, "application/pdf")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) >= 1
    again = stack.call("POST", "get-report", {"plate": plate, "report_type": "estimate"}).json()
    assert (again["report_id"], again["version"]) == (told["report_id"], 1)
    assert again["expires_at"].endswith("Z")
    assert again["url"] != told["url"]
