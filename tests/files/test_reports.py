"""Reports from the request to the file: versions, the current one, what is handed out, and what fails."""

import json
import time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from core import acting
from files import printing, rendering, report_rules
from files.models import Report
from tests.cast import NORTH
from tests.files.reporting import PAGE, browser, buckets, content_of, made, picture, text_of, warm_browser  # noqa: F401
from tests.make.caller import Make, give_key
from tests.world import HANG, Reply, running_world

pytestmark = pytest.mark.browser
HELPER = json.loads((Path(__file__).parent.parent / "fixtures" / "helper_typical.json").read_text())
GHOST = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture
def desk(api, dana, open_case, browser):  # noqa: F811
    """Dana, her case, and asking for a report of it."""

    class Desk:
        case = open_case(HELPER)
        api_of = api(dana)

        def ask(self, report_type="estimate", **more):
            body = {"case_id": self.case["case_id"], "report_type": report_type, **more}
            return self.api_of.post("render-report", body)

        def make(self, report_type="estimate", **more):
            answer = self.ask(report_type, **more)
            assert answer.status_code == 202, answer.content
            return made(answer.json()["report_id"])

        def get(self, **asked):
            return self.api_of.post("get-report", asked)

    return Desk()


def test_a_request_answers_at_once_and_the_report_is_followed(desk):
    answer = desk.ask(html=PAGE)

    told = answer.json()
    assert answer.status_code == 202
    assert answer["Location"] == f"/api/v1/reports/{told['report_id']}"
    row = desk.api_of.get(f"reports/{told['report_id']}").json()
    assert (row["status"], row["done"], row["version"], row["is_current"]) == ("PENDING", 0, 1, False)
    assert row["helper_name"] == f"{desk.case['plate']}_helper_v1"


def test_a_report_is_filed_as_a_pdf_that_holds_what_the_page_says(desk):
    report = desk.make(html=PAGE, nature="final")

    assert (report.status, report.reason, report.verified) == ("READY", None, report.verified)
    assert report.document.category == "report"
    assert report.document.bucket_name == "reports"
    assert report.document.filename == f"אומדן – סופי {desk.case['plate']} v1.pdf"
    assert content_of(report).startswith(b"%PDF-")
    assert report.verified["codes"] == 2
    assert report.pages == 1
    assert "טיוטה" not in text_of(content_of(report))


@pytest.mark.parametrize("report_type", Report.Type.values)
def test_every_type_is_made_from_the_helper(desk, report_type):
    report = desk.make(report_type)

    assert (report.status, report.reason, report.verified.get("missing")) == ("READY", None, None)
    assert report.verified["codes"] > 0 or report_type in {"expertise", "invoice"}
    assert "טיוטה" in text_of(content_of(report))


def test_the_same_request_while_it_waits_is_the_same_report(desk):
    first = desk.ask().json()

    assert desk.ask().json() == first
    assert desk.ask(html=PAGE).json()["version"] == 2
    assert desk.ask(nature="final").json()["version"] == 1


def test_a_newer_version_becomes_the_current_one_and_the_older_stays(desk):
    first, second = desk.make(html=PAGE), desk.make(html=PAGE)

    rows = desk.api_of.get(f"reports?case_id={desk.case['case_id']}").json()
    assert {row["version"]: (row["is_current"], row["status"]) for row in rows} == {
        1: (False, "READY"),
        2: (True, "READY"),
    }
    assert content_of(first)
    assert content_of(second)
    assert desk.get(case_id=desk.case["case_id"], report_type="estimate").json()["version"] == 2


def test_one_that_was_overtaken_is_not_the_current_one(desk):
    slow, quick = desk.ask(html=PAGE).json(), desk.ask(html=PAGE + " ").json()

    assert made(quick["report_id"]).is_current
    assert (made(slow["report_id"]).status, made(slow["report_id"]).is_current) == ("READY", False)


def test_get_report_prefers_the_final_one_and_speaks_of_the_open_case_of_a_plate(desk, api, tamar):
    desk.make(html=PAGE)
    assert desk.get(plate=desk.case["plate"], report_type="estimate").status_code == 200
    final = desk.make(html=PAGE, nature="final")

    told = desk.get(plate=desk.case["plate"], report_type="estimate").json()

    assert told["report_id"] == str(final.pk)
    assert told["expires_at"].endswith("Z")
    assert "/api/v1/links/" in told["url"]
    draft = desk.get(plate=desk.case["plate"], report_type="estimate", nature="draft").json()
    assert draft["report_id"] != told["report_id"]
    missing = desk.get(case_id=GHOST, report_type="estimate")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    foreign = api(tamar).post("get-report", {"case_id": desk.case["case_id"], "report_type": "estimate"})
    assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_an_old_version_of_the_helper_is_made_into_a_report_of_its_own(desk):
    saved = desk.api_of.put(f"cases/{desk.case['case_id']}/helper", {"version": 1, "helper": {"meta": {}}})
    assert saved.status_code == 200

    assert desk.ask(case_helper_version=1).json()["version"] == 1
    assert desk.ask(case_helper_version=9).status_code == 404
    row = desk.api_of.get(f"reports?case_id={desk.case['case_id']}").json()[0]
    assert (row["case_helper_version"], row["helper_name"]) == (1, f"{desk.case['plate']}_helper_v1")


def test_opinion_and_final_report_mean_the_private_opinion(desk):
    rows = [desk.api_of.get(f"reports/{desk.ask(name).json()['report_id']}").json() for name in
            ("opinion", "final_report", "opinion_private")]  # fmt: skip

    assert {row["report_type"] for row in rows} == {"opinion_private"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"report_type": "novel"}, 422),
        ({"nature": "perhaps"}, 422),
        ({"html": ["<b>"]}, 422),
        ({"case_id": "x"}, 422),
        ({"case_id": GHOST}, 404),
        ({"case_helper_version": 0}, 422),
        ({"case_helper_version": 2**40}, 422),
        ({"colour": "red"}, 422),
        ({"html": "\0"}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused_and_leaves_nothing(desk, change, status):
    answer = desk.ask(**{"report_type": "estimate", **change}) if "case_id" not in change else desk.api_of.post(
        "render-report", {"report_type": "estimate", **change})  # fmt: skip

    assert answer.status_code == status, answer.content
    assert desk.api_of.get(f"reports?case_id={desk.case['case_id']}").json() == []


def test_a_page_that_is_too_long_is_refused(desk, settings):
    settings.REPORT_HTML_MAX_BYTES = 1000

    assert desk.ask(html="א" * 501).status_code == 413


def test_another_office_does_not_see_the_report(desk, api, tamar):
    report = desk.make(html=PAGE)

    assert api(tamar).get(f"reports/{report.pk}").status_code == 404
    assert api(tamar).get(f"reports?case_id={desk.case['case_id']}").json() == []
    assert (
        api(tamar).post("render-report", {"case_id": desk.case["case_id"], "report_type": "parts"}).status_code == 404
    )


def test_make_asks_for_a_report_and_fetches_it(desk):
    make = Make(give_key(NORTH))
    asked = make.call("render-report", {"case_id": desk.case["case_id"], "report_type": "parts"})
    assert asked.status_code == 202, asked.content
    made(asked.json()["report_id"])

    told = make.call("get-report", {"plate": desk.case["plate"], "report_type": "parts"})

    assert told.json()["report_id"] == asked.json()["report_id"]


def test_make_hears_once_of_a_report_that_is_ready(desk):
    report = desk.make(html=PAGE)

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select data from public.events where case_id = %s and type = 'report.rendered'", [desk.case["case_id"]]
        )
        [[told]] = cursor.fetchall()
    told = json.loads(told)
    assert told["report_id"] == str(report.pk)
    assert told["document_id"] == str(report.document_id)
    assert set(told) == {"report_id", "document_id", "report_type", "nature", "version", "is_current", "helper_name",
                         "pages"}  # fmt: skip


def test_a_page_that_lost_a_number_is_not_published(desk):
    # It stands in the text, and no ink shows it.
    hidden = PAGE.replace("</body>", '<p style="display:none">מק"ט <bdi>77777-X1</bdi></p></body>')

    report = desk.make(html=hidden)

    assert (report.status, report.reason, report.document_id) == ("FAILED", "missing", None)
    assert report.verified["missing"] == ["77777"]
    assert desk.get(case_id=desk.case["case_id"], report_type="estimate").status_code == 404


def test_the_last_of_two_thousand_numbers_of_a_callers_page_is_looked_for_too(desk):
    rows = "".join(f"<tr><td>חלק</td><td><bdi>{100_000 + n}</bdi></td></tr>" for n in range(2000))
    hidden = '<p style="display:none"><bdi>777777</bdi></p>'

    whole, lost = (desk.make(html=f"<table>{rows}</table>{more}") for more in ("", hidden))

    assert (whole.status, whole.reason, whole.verified["codes"]) == ("READY", None, 2000)
    assert (lost.status, lost.reason, lost.verified["missing"]) == ("FAILED", "missing", ["777777"])


def test_a_blank_page_is_not_published(desk):
    report = desk.make(html=PAGE.replace("</body>", '<div style="break-before: page">&nbsp;</div></body>'))

    assert (report.status, report.reason, report.verified["blank_page"]) == ("FAILED", "blank_page", [2])


def test_a_long_list_of_parts_is_printed_and_every_number_stands_in_it(api, dana, open_case, browser):  # noqa: F811
    rows = [{"name": f"חלק {n}", "מספר OEM": f"66747-E{n:05d}", "quantity": 1, "price": 12.5} for n in range(400)]
    case = open_case({"meta": {"plate": "12345678"}, "parts_search": {"required_parts": rows}})
    asked = api(dana).post("render-report", {"case_id": case["case_id"], "report_type": "parts", "nature": "final"})

    report = made(asked.json()["report_id"])

    assert report.status == "READY", report.reason
    assert report.verified["codes"] >= 400
    assert report.pages > 10


def test_a_page_that_no_pdf_can_hold_is_refused_before_it_is_printed(desk, settings):
    settings.REPORT_HTML_MAX_BYTES = 20_000_000
    report = desk.make(html=f"<p>{'word ' * 800_000}</p>")

    assert (report.status, report.reason, report.attempts) == ("FAILED", "too_long", 1)


def test_a_long_page_has_more_time_and_pictures_are_no_length():
    whole = f'<p>{"x" * 1024}</p><img src="{picture(2000, 2000)}">'

    assert report_rules.written(whole) < 1200
    assert printing.seconds_for(0) == 30
    assert printing.seconds_for(2 * printing.MB) == 50
    assert printing.seconds_for(100 * printing.MB) == 60


def test_a_failed_report_can_be_asked_for_again(desk):
    failed = desk.make(html="<p></p>")
    assert failed.status == "FAILED"

    with acting.acting(acting.SERVICE):
        from files import services

        again = services.report_again(report_id=failed.pk)
    assert (again.version, again.source, again.status) == (2, "html", "PENDING")


def test_where_nothing_prints_it_says_so(desk, settings):
    settings.CHROMIUM = "/nowhere/chromium"

    answer = desk.ask()

    assert (answer.status_code, answer.json()["code"]) == (503, "dependency_down")
    assert answer["Retry-After"]


class TestGotenberg:
    """Gotenberg does the printing; here it is a server that also answers badly."""

    PATH = "/forms/chromium/convert/html"

    @pytest.fixture
    def gotenberg(self, settings, desk):
        pdf = content_of(desk.make("invoice", html=PAGE))
        with running_world() as world:
            settings.GOTENBERG_URL = world.base
            settings.GOTENBERG_USER, settings.GOTENBERG_PASSWORD = "office", "secret"
            settings.REPORT_SECONDS = 2
            world.always(Reply(body=pdf), self.PATH)
            yield world

    def test_it_gets_the_page_and_its_pictures_as_files(self, desk, gotenberg):
        report = desk.make(html=PAGE.replace("</body>", f'<img src="{picture()}"></body>'))

        [heard] = gotenberg.heard(self.PATH)
        assert report.status == "READY"
        assert heard.headers["authorization"] == "Basic b2ZmaWNlOnNlY3JldA=="
        for part in (
            b'filename="index.html"',
            b'filename="picture-1.jpeg"',
            b'src="picture-1.jpeg"',
            b"default-src 'none'",
        ):
            assert part in heard.body
        assert b"data:image/jpeg" not in heard.body

    @pytest.mark.parametrize(
        ("reply", "status", "reason"),
        [
            (Reply(500), "PENDING", "gotenberg_500"),
            (Reply(429), "PENDING", "gotenberg_429"),
            (Reply(400), "FAILED", "gotenberg_400"),
            (Reply(302, headers={"Location": "http://127.0.0.1:9/"}), "FAILED", "gotenberg_302"),
            (HANG, "PENDING", "timeout"),
            (Reply(body=b"%PDF-1.7" * 9000, drop=True), "PENDING", "no_connection"),
            (Reply(body=b"<html>all is well</html>"), "FAILED", "not_a_pdf"),
            (Reply(body=b"%PDF-1.7 and nothing more"), "FAILED", "not_a_pdf"),
            (Reply(body=b"%PDF-" + b"x" * 200_000), "FAILED", "too_large"),
        ],
    )
    def test_what_it_answers_badly_is_tried_again_or_given_up(self, desk, gotenberg, settings, reply, status, reason):
        settings.REPORT_MAX_BYTES = 150_000
        gotenberg.will(reply, path=self.PATH)

        report = desk.make(html=PAGE)

        assert (report.status, report.reason, report.document_id) == (status, reason, None)

    def test_it_is_tried_five_times_and_then_given_up(self, desk, gotenberg, settings):
        settings.REPORT_RETRY_SECONDS = [0, 0, 0, 0]
        gotenberg.always(Reply(503), self.PATH)
        asked = desk.ask(html=PAGE).json()["report_id"]

        seen = [made(asked).status for _ in range(5)]

        assert seen == ["PENDING"] * 4 + ["FAILED"]

    def test_it_waits_before_it_is_tried_again(self, desk, gotenberg, settings):
        settings.REPORT_RETRY_SECONDS = [1]
        gotenberg.will(Reply(503), path=self.PATH)
        asked = desk.ask(html=PAGE).json()["report_id"]

        assert made(asked).status == "PENDING"
        assert made(asked).attempts == 1
        time.sleep(1.1)
        assert (made(asked).status, made(asked).attempts) == ("READY", 2)


def test_a_worker_that_was_killed_leaves_the_report_to_the_next_one(desk, settings):
    settings.REPORT_LEASE_SECONDS = 0
    asked = UUID(desk.ask(html=PAGE).json()["report_id"])
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select attempts from private.report_claim(0, 5, %s)", [asked])
        assert cursor.fetchone() == (1,)
    settings.REPORT_LEASE_SECONDS = 60

    report = made(asked)

    assert (report.status, report.attempts, report.is_current) == ("READY", 2, True)
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        # The one that was given up for dead comes back too late.
        cursor.execute("select private.report_step(%s, 1, 60, 3)", [asked])
        assert cursor.fetchone() == (False,)


def test_a_report_that_kills_its_worker_each_time_is_given_up(desk):
    asked = UUID(desk.ask(html=PAGE).json()["report_id"])
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        for _ in range(5):
            cursor.execute("select attempts from private.report_claim(0, 5, %s)", [asked])

    assert rendering.run(asked) is None
    with acting.acting(acting.SERVICE):
        report = Report.objects.get(pk=asked)
    assert (report.status, report.reason) == ("FAILED", "worker_lost")
