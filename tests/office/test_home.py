"""The home page tells the truth: each number is that of the rows its link shows, and what is hidden is not told."""

import re
import uuid
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from zoneinfo import ZoneInfo

import pytest

from tests.cast import DANA, NOAM, NORTH, PASSWORD, SOUTH
from tests.site import running_site

ISRAEL = ZoneInfo("Asia/Jerusalem")
STATUSES = ["OPEN", "IN_PROGRESS", "מחכה לאישור תביעה", "מחכה לתשלום", "שולם", "אחר", "CLOSED", "CLOSED", "ARCHIVED"]
PAID, PARTLY, WAITING = "שולם במלואו", "שולם חלקית", "ממתין לתשלום"
CARD = re.compile(r'data-number="(\w+)">\s*(?:<a href="([^"]+)">)?(.*?)</li>', re.DOTALL)
FIGURE = re.compile(r'number-figure">(?:<bdi dir="ltr">)?([\d,+—]*)')


class Rows:
    """Writes rows as only the owner can, without triggers: each is exactly as awkward as it should be."""

    def __init__(self, owner):
        self.owner, self.plates = owner, iter(range(20_000_001, 20_001_000))

    def add(self, table, org=NORTH, **values):
        values = {"org_id": org.id, **values}
        names, holes = ", ".join(values), ", ".join(["%s"] * len(values))
        statement = f"insert into {table} ({names}) values ({holes})"
        self.owner.execute(statement, list(values.values()))

    def case(self, status="OPEN", org=NORTH, **more):
        key, plate = uuid.uuid4(), str(next(self.plates))
        self.add("public.cases", org, id=key, plate=plate, status=status, filing_case_id=f"YC-{plate}-2026", **more)
        return {"case_id": key, "plate": plate}

    def payment(self, status=WAITING, days=None, fee=100, org=NORTH, **more):
        expected = None if days is None else datetime.now(ISRAEL).date() + timedelta(days=days)
        case = self.case("CLOSED", org)
        self.add(
            *("public.payment_tracking", org),
            **case,
            payment_status=status,
            expected_payment_date=expected,
            total_fee=fee,
            **more,
        )

    def delivery(self, endpoint, status, org=NORTH, **more):
        message = uuid.uuid4()
        self.add("private.outbox", org, id=message, type="test.ping")
        [(seq,)] = self.owner.execute("select seq from private.outbox where id = %s", [message]).fetchall()
        known = {"message_id": message, "endpoint_id": endpoint, "seq": seq, "type": "test.ping"}
        self.add("private.deliveries", org, **known, status=status, **more)

    def endpoint(self, org=NORTH, **more):
        key = uuid.uuid4()
        self.add(
            "private.webhook_endpoints", org, id=key, name="Make", url="https://hook.make.com/a", secret="s", **more
        )
        return key

    def document(self, case=None, org=NORTH, **more):
        key = uuid.uuid4()
        known = {"filename": "a.pdf", "upload_status": "LINKED", "onedrive_file_id": str(key)}
        self.add("public.documents", org, id=key, **known, **(case or {}), **more)
        return key

    def reminder(self, hours, status="ממתין", org=NORTH, **more):
        """Due so many hours from noon of yesterday, which is over, and not of today, whatever the hour."""
        noon = datetime.now(ISRAEL).replace(hour=12, minute=0, second=0, microsecond=0)
        due = noon - timedelta(days=1) + timedelta(hours=hours)
        known = {"title": "להתקשר", "due_date": due.date(), "due_time": due.time(), "due_at": due, "status": status}
        self.add("public.reminders", org, **known | more)


def remind(rows):
    """Reminders, whose own triggers say when each is due."""
    for hours, status in (
        (-1, "ממתין"),
        (-30, "באיחור"),
        (-2, "הושלם"),
        (-2, "בוטל"),
        (900, "ממתין"),
        (35.99, "ממתין"),
    ):
        rows.reminder(hours, status)
    rows.reminder(-5, snoozed_until=datetime.now(ISRAEL) + timedelta(hours=200), assigned_to=NOAM.user_id)
    rows.reminder(-5, assigned_to=NOAM.user_id, title="להזכיר לנועם")
    rows.reminder(-5, org=SOUTH)


def furnish(rows):
    """Rows that a careless number would count, beside those that count."""
    ago = lambda **by: datetime.now(ISRAEL) - timedelta(**by)  # noqa: E731
    for status in STATUSES:
        rows.case(status)
    case = rows.case("OPEN", assigned_to=NOAM.user_id)
    rows.case("CLOSED", assigned_to=NOAM.user_id)
    rows.case("OPEN", assigned_to=DANA.user_id)
    rows.case("OPEN", SOUTH)

    for status, days, fee in ((WAITING, -1, 1000), (PARTLY, -40, None), (WAITING, 0, 250.5), (WAITING, None, 7)):
        rows.payment(status, days, fee)
    rows.payment("באיחור", None, 5)
    rows.payment(PAID, -90, 9_000)
    rows.payment(WAITING, -90, 9_000, removed_at=ago(days=1))
    rows.payment(WAITING, -90, 9_000, SOUTH)

    for status in ("DRAFT", "PENDING", "PENDING", "ASSIGNED", "ACCEPTED", "CANCELLED", "PAID"):
        rows.add("public.invoices", status=status)
    rows.add("public.invoices", status="PENDING", **case)
    rows.add("public.invoices", SOUTH, status="PENDING")

    here, gone = rows.endpoint(), rows.endpoint(deleted_at=ago(days=3))
    rows.delivery(here, "pending", created_at=ago(hours=5))
    for status in ("dead", "dead", "delivered", "cancelled", "pending"):
        rows.delivery(here, status)
    rows.delivery(here, "dead", created_at=ago(days=30))
    rows.delivery(gone, "dead")
    rows.delivery(rows.endpoint(SOUTH), "dead", SOUTH)

    rows.document(), rows.document(plate="20000001"), rows.document(case), rows.document(org=SOUTH)
    rows.document(deleted_at=ago(days=1))
    for known in ({"status": "FAILED"}, {"status": "FAILED", "withdrawn_at": ago(days=1)}, {"status": "PENDING"}):
        rows.add("public.onedrive_sync", document_id=rows.document(case), **known)

    for direction, status, days in (
        *(("TO_SUPABASE", "SUCCESS", 0), ("TO_SUPABASE", "PARTIAL", 0), ("TO_SUPABASE", "FAILED", 5)),
        *(("TO_SUPABASE", "FAILED", 8), ("FROM_SUPABASE", "FAILED", 0)),
    ):
        known = {"sync_direction": direction, "sync_status": status, "door": "MAKE", "created_at": ago(days=days)}
        rows.add("public.helper_sync_log", **known)

    for number, (status, days) in enumerate((("FAILED", 0), ("FAILED", 6), ("FAILED", 8), ("PENDING", 0)), 1):
        known = {"report_type": "estimate", "version": number, "case_helper_version": number, "helper_name": "x"}
        rows.add("public.reports", **case, **known, status=status, created_at=ago(days=days))
        message = {"channel": "MAIL", "recipient": "a@example.test", "text": "x", "sent_via": "MAKE"}
        told = {"FAILED": "FAILED", "PENDING": "QUEUED"}[status]
        rows.add("public.outbound_messages", **case, **message, status=told, created_at=ago(days=days))

    job = {"kind": "sweep", "state": "FAILED", "alive_until": ago(hours=1), "finished_at": ago(hours=1)}
    rows.add("public.job_runs", **job)
    rows.add("public.job_runs", **job | {"started_at": ago(days=3)})
    note = {"log_level": "ERROR", "component": "web", "message": "x", "minute": ago(hours=1), "times": 3}
    rows.add("public.system_logs", event="answer_failed", **note)
    rows.add("public.system_logs", event="something_else", **note)


# What stands on Noam's page for these rows.
EXPECTED = {
    "open_cases": 8,
    "overdue_reminders": 3,
    "todays_reminders": 1,
    "unpaid_fees": 5,
    "late_fees": 2,
    "invoices_to_assign": 4,
    "unassigned_files": 2,
    "failed_copies": 1,
    "failed_deliveries": 3,
    "waiting_deliveries": 2,
    "mirror_troubles": 2,
    "failed_reports": 2,
    "failed_messages": 2,
    # Three dead of these days, one of them to an endpoint that is gone; a job, and an error three times.
    "troubles": 3 + 1 + 3,
}


class Browser:
    """A staff member's, who logs in as a person does."""

    def __init__(self, site, username="noam"):
        self.base = site.base
        self.cookies = CookieJar()
        self.open = build_opener(HTTPCookieProcessor(self.cookies)).open
        self.get("/admin/login/")
        token = next(one.value for one in self.cookies if one.name == "csrftoken")
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        address = f"{self.base}/admin/login/"
        self.open(Request(address, urlencode(form).encode(), {"Referer": address})).read()

    def get(self, path, **headers):
        return self.open(Request(f"{self.base}{path}", headers=headers)).read().decode()

    def numbers(self):
        """Name -> the figure as it is written, and the link."""
        found = CARD.findall(self.get("/admin/"))
        return {name: (FIGURE.search(rest)[1], link.replace("&amp;", "&")) for name, link, rest in found}


@pytest.fixture(scope="module")
def site():
    with running_site() as running:
        with running.owner() as owner, owner.transaction():
            remind(Rows(owner))
            owner.execute("set local session_replication_role = replica")
            furnish(Rows(owner))
        yield running


@pytest.fixture(scope="module")
def noam(site):
    return Browser(site)


def rows_of(page):
    """How many rows a list shows."""
    body = page.split('id="result_list"')[1].split("<tbody>")[1].split("</tbody>")[0] if "result_list" in page else ""
    return body.count("<tr")


def test_each_number_is_right_to_the_row(noam):
    assert {name: figure for name, (figure, _) in noam.numbers().items() if name != "last_backup"} == {
        name: str(n) for name, n in EXPECTED.items()
    }


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "troubles"])
def test_the_list_behind_a_number_shows_exactly_that_many(noam, name):
    figure, link = noam.numbers()[name]

    assert rows_of(noam.get(link)) == int(figure)


def test_the_troubles_are_those_of_the_health_page(noam):
    figure, link = noam.numbers()["troubles"]

    assert re.search(rf'class="notice bad">{figure} ', noam.get(link))


def test_sums_stand_beside_fees_and_the_oldest_message_says_its_age(noam):
    page = noam.get("/admin/")
    cards = {name: rest for name, _, rest in CARD.findall(page)}

    assert "₪1,262.50" in cards["unpaid_fees"]
    assert "₪1,000" in cards["late_fees"]
    assert "5 שעות" in cards["waiting_deliveries"].replace("\xa0", " ")
    assert "עדיין לא ידוע על גיבוי" in cards["last_backup"]


def test_my_day_holds_what_is_mine(noam):
    day = noam.get("/admin/").split('id="my-day"')[1].split("</section>")[0]
    link = re.search(r'<h3><a href="([^"]+)">', day)[1].replace("&amp;", "&")

    assert rows_of(noam.get(link)) == 1 == day.count("/change/")
    assert "להזכיר לנועם" in day
    assert day.count("באיחור") == 1


def test_statuses_lead_to_as_many_cases_as_they_say(noam):
    chart = noam.get("/admin/").split('id="chart-statuses"')[1].split("</figure>")[0]
    rows = re.findall(r'<a href="([^"]+)">.*?<td><bdi dir="ltr">(\d+)</bdi>', chart, re.DOTALL)

    assert len(rows) == 8
    for link, n in rows:
        assert rows_of(noam.get(link.replace("&amp;", "&"))) == int(n), link


def test_another_office_sees_its_own_numbers(site):
    numbers = {name: figure for name, (figure, _) in Browser(site, "uri").numbers().items()}

    ones = ("open_cases", "unpaid_fees", "late_fees", "invoices_to_assign", "failed_deliveries", "unassigned_files")
    assert [numbers[name] for name in (*ones, "overdue_reminders")] == ["1"] * 7
    assert [numbers[name] for name in ("waiting_deliveries", "failed_reports", "failed_copies")] == ["0"] * 3


def test_a_backup_that_was_noted_is_told(site, noam):
    with site.owner() as owner, owner.transaction():
        owner.execute("set local session_replication_role = replica")
        owner.execute(
            """insert into public.job_runs (kind, state, alive_until, started_at, finished_at)
               values ('backup', 'DONE', now(), now() - interval '2 hours', now() - interval '1 hour'),
                      ('backup', 'CANCELLED', now(), now() - interval '90 minutes', now() - interval '80 minutes')"""
        )

    card = {name: rest for name, _, rest in CARD.findall(noam.get("/admin/"))}["last_backup"]

    assert "שעה" in card
    assert "לא ידוע" not in card


def test_what_somebody_may_not_see_is_neither_counted_nor_linked(staff, may, open_case):
    open_case()
    may("view_case")

    page = staff().get("/admin/").content.decode()

    assert {name for name, *_ in CARD.findall(page)} == {"open_cases"}
    assert re.findall(r'id="chart-(\w+)"', page) == ["statuses"]
    assert 'href="/admin/cases/payment/' not in page
    may("view_kbdoc")
    bare = staff().get("/admin/").content.decode()
    assert not CARD.findall(bare)
    assert 'id="jump"' not in bare
    assert "chart-" not in bare


def test_more_than_are_counted_are_said_to_be_more(staff, open_case, settings):
    settings.ADMIN_MOST_COUNTED = 3
    for _ in range(5):
        open_case()

    card = {name: rest for name, _, rest in CARD.findall(staff().get("/admin/").content.decode())}["open_cases"]

    assert FIGURE.search(card)[1] == "3+"
    assert "יותר" in card


def test_the_menu_has_the_offices_words_in_their_order(staff, may):
    page = staff().get("/admin/").content.decode()
    menu = page.split('id="menu"')[1].split("</nav>")[0]
    words = re.findall(r'<a href="[^"]+">([^<]+)</a>', menu)

    wanted = ["סטטוס תיקים", "סקירה לפי שדות", "מעקב תשלומים", "לוח פרודוקטיביות", "שינוי נתונים", "יומן פעולות"]
    assert [word for word in words if word in wanted] == wanted
    assert "לוח בריאות מערכת" in words


def test_every_door_of_the_menu_opens(noam):
    menu = noam.get("/admin/").split('id="menu"')[1].split("</nav>")[0]

    for address in re.findall(r'<a href="([^"]+)">', menu):
        assert "</html>" in noam.get(address.partition("#")[0])


def test_a_broken_filter_of_the_list_of_cases_finds_what_it_says(staff, open_case):
    open_case()
    noam = staff()

    assert rows_of(noam.get("/admin/cases/case/?open=nonsense").content.decode()) == 1
    assert rows_of(noam.get("/admin/cases/case/?open=0").content.decode()) == 0
    assert rows_of(noam.get("/admin/cases/case/?open=0&status__exact=OPEN").content.decode()) == 0
    assert rows_of(noam.get("/admin/cases/case/?open=1&status__exact=OPEN").content.decode()) == 1
