"""Messages to people outside: put together, sent by Make or by our own mail server, and told on the case."""

import json
import uuid

import pytest
from django.db import connection

from core import acting
from files import mailing
from make.models import Message
from tests import cast
from tests.files.content import pdf
from tests.files.mailserver import DROP, HANG, running_mailserver
from tests.make.caller import Make, give_key

GHOST = "00000000-0000-4000-8000-00000000dead"


class Office:
    """Dana, a case of hers with a file, and Make."""

    def __init__(self, api, desk, case):
        self.api, self.desk, self.case = api, desk, case
        self.file = desk.brought(pdf("1"), "דוח.pdf", case_id=case["case_id"])
        self.make = Make(give_key())

    def asking(self, **more):
        return {"case_id": self.case["case_id"], "channel": "SMS", "to": "050-1234567", "template": "documents", **more}

    def send(self, **more):
        return self.api.post("messages", self.asking(**more))

    def sent(self, **more):
        answer = self.send(**more)
        assert answer.status_code == 202, answer.content
        return answer.json()

    def with_file(self, **more):
        return self.sent(template="estimate", file_id=self.file["id"], **more)

    def read(self, message):
        return self.api.get(f"messages/{message['id']}").json()

    def fetch(self, message):
        return self.make.op("messages.fetch", {"message_id": message["id"]})

    def tell(self, *outcomes, **headers):
        return self.make.op("messages.sent", {"messages": list(outcomes)}, **headers)


@pytest.fixture
def office(api, dana, desk, open_case, settings):
    settings.FILES_ORIGIN = "https://files.example.test"
    settings.EMAIL_HOST = ""
    case = open_case()
    api(dana).patch(f"cases/{case['case_id']}", {"owner_name": "רונית {link} לדוגמה"})
    return Office(api(dana), desk, case)


@pytest.fixture
def mailserver(settings):
    with running_mailserver() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        settings.DEFAULT_FROM_EMAIL = "משרד לדוגמה <office@example.test>"
        yield server


def everything_kept():
    """Every row that the service or staff may read, as text."""
    kept = []
    for role, claims in ((acting.SERVICE, None), (acting.STAFF, cast.NOAM.claims)):
        with acting.acting(role, claims), connection.cursor() as cursor:
            cursor.execute(
                """select format('%%I.%%I', schemaname, tablename) from pg_tables
                where schemaname in ('public', 'private')
                  and has_table_privilege(format('%%I.%%I', schemaname, tablename), 'select')""",
                [],
            )
            tables = [name for (name,) in cursor.fetchall()]
            assert {"public.events", "public.outbound_messages"} <= set(tables)
            for table in tables:
                cursor.execute(f"select coalesce(string_agg(t::text, chr(10)), '') from {table} t")
                kept.append(cursor.fetchone()[0])
    return "\n".join(kept)


def events_of(office):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select type, data from public.events where case_id = %s and type like 'sending%%' order by at",
            [office.case["case_id"]],
        )
        return [(kind, data if isinstance(data, dict) else json.loads(data)) for kind, data in cursor.fetchall()]


@pytest.mark.parametrize(
    ("channel", "told", "kept"),
    [
        ("SMS", "050-1234567", "+972501234567"),
        ("SMS", "‪+972 50-123-4567‬", "+972501234567"),
        ("WHATSAPP", "972501234567", "+972501234567"),
        ("WHATSAPP", "+972-050-1234567", "+972501234567"),
        ("SMS", "03-6123456", "+97236123456"),
        ("SMS", "*2700", "*2700"),
        ("SMS", "2700*", "*2700"),
        ("SMS", "1-700-123-456", "1700123456"),
        ("WHATSAPP", "0044 20 7946 0000", "+442079460000"),
        ("MAIL", " Ronit@Example.COM ", "Ronit@example.com"),
        ("MAIL", "רונית <ronit@example.com>", "ronit@example.com"),
        ("MAIL", "mailto:ronit+car@example.co.il", "ronit+car@example.co.il"),
    ],
)
def test_a_recipient_is_kept_in_one_spelling(office, channel, told, kept):
    assert office.sent(channel=channel, to=told)["to"] == kept


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("SMS", "ronit@example.com"),
        ("SMS", "12"),
        ("MAIL", "050-1234567"),
        ("MAIL", "a@b.co\nBcc: x@example.com"),
        ("MAIL", "a@b"),
        ("MAIL", "a@b.co, c@d.co"),
        ("SMS", "0" * 300),
    ],
)
def test_what_is_no_recipient_is_refused_and_nothing_is_kept(office, channel, told):
    answer = office.send(channel=channel, to=told)

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/to")
    assert office.api.get("messages").json() == []


def test_a_preview_says_what_would_go_out_and_keeps_nothing(office):
    told = office.api.post("messages/preview", office.asking(template="estimate", file_id=office.file["id"])).json()

    plate = office.case["plate"]
    assert f"{plate[:3]}-{plate[3:5]}-{plate[5:]}" in told["text"]
    assert "רונית (link) לדוגמה" in told["text"]
    assert (told["text"].count("{link}"), told["has_link"], told["sent_via"]) == (1, True, "MAKE")
    assert office.api.get("messages").json() == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"template": None, "text": "שלום {password}"}, "/text"),
        ({"template": None, "text": "שלום {report}"}, "/text"),
        ({"template": None, "text": "כאן: {link}"}, "/file_id"),
        ({"template": None, "text": "  "}, "/text"),
        ({"template": "nothing_like_it"}, "/template"),
        ({"template": "estimate"}, "/file_id"),
    ],
)
def test_a_text_that_cannot_be_put_together_is_refused(office, more, pointer):
    answer = office.send(**more)

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, pointer)


def test_a_foreign_case_or_file_is_not_there(office, api, tamar, open_case):
    other = open_case()
    strange = api(tamar).post("messages", office.asking())
    ghost = office.send(case_id=GHOST)

    assert (strange.status_code, ghost.status_code) == (404, 404)
    assert office.send(case_id=other["case_id"], template="estimate", file_id=office.file["id"]).status_code == 404
    assert office.send(report_id=GHOST).status_code == 404
    message = office.sent()
    assert api(tamar).get(f"messages/{message['id']}").status_code == 404
    assert api(tamar).post(f"messages/{message['id']}/retry").status_code == 404
    assert api(tamar).get("messages").json() == []


def test_the_same_id_twice_is_one_message(office):
    key = str(uuid.uuid4())

    assert office.sent(id=key)["id"] == office.sent(id=key, to="052-7654321")["id"] == key
    assert len(office.api.get(f"messages?case_id={office.case['case_id']}").json()) == 1


def test_too_many_in_an_hour_are_refused_for_the_office(office, settings):
    settings.MESSAGES_PER_HOUR = 2
    office.sent()
    office.sent()

    answer = office.send()

    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert answer["Retry-After"]


def test_make_hears_of_it_thinly_and_fetches_text_and_link(office):
    message = office.with_file(channel="WHATSAPP")
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        news = Message.objects.get(type="sending.requested")
    assert news.data == {"message_id": message["id"], "channel": "WHATSAPP", "attempt": 1}

    told = office.fetch(message).json()

    assert told["link"].startswith("https://files.example.test/api/v1/links/")
    assert told["link"] in told["text"]
    assert "{link}" not in told["text"]
    assert told["to"] == "+972501234567"
    opened, content = office.desk.opened(told["link"].removeprefix("https://files.example.test"))
    assert (opened.status_code, content) == (200, pdf("1"))


def test_fetching_twice_gives_a_fresh_link_and_ends_the_first(office):
    message = office.with_file()
    first, second = (office.fetch(message).json()["link"] for _ in range(2))

    answers = [office.desk.opened(link.removeprefix("https://files.example.test"))[0] for link in (first, second)]

    assert [answer.status_code for answer in answers] == [404, 200]


def test_no_link_is_kept_anywhere(office, caplog):
    message = office.with_file()
    token = office.fetch(message).json()["link"].rpartition("/")[2]
    office.tell({"message_id": message["id"], "status": "SENT", "outside_id": "1"})

    assert token not in everything_kept()
    assert token not in caplog.text
    assert "{link}" in office.read(message)["text"]


def test_outcomes_are_kept_in_any_order_and_as_often_as_told(office):
    one, two = office.sent(), office.sent(to="*2700")

    told = office.tell(
        {"message_id": two["id"], "status": "FAILED", "reason": "המספר אינו מחובר"},
        {"message_id": one["id"], "status": "SENT", "outside_id": "wamid.1"},
        {"message_id": GHOST, "status": "SENT"},
    )
    late = office.tell({"message_id": one["id"], "status": "FAILED", "reason": "x"})
    after_all = office.tell({"message_id": two["id"], "status": "SENT"})

    assert [(row["status"], row["error"]) for row in told.json()] == [
        ("FAILED", None),
        ("SENT", None),
        (None, "not_found"),
    ]
    assert (late.json()[0]["status"], after_all.json()[0]["status"]) == ("SENT", "SENT")
    assert (office.read(one)["outside_id"], office.read(one)["reason"]) == ("wamid.1", None)
    assert [kind for kind, _data in events_of(office)].count("sending.sent") == 2
    assert office.fetch(one).status_code == 409


def test_a_failure_of_an_earlier_attempt_changes_nothing(office):
    message = office.sent()
    office.tell({"message_id": message["id"], "status": "FAILED", "attempt": 1, "reason": "x"})
    again = office.api.post(f"messages/{message['id']}/retry").json()

    office.tell({"message_id": message["id"], "status": "FAILED", "attempt": 1, "reason": "late"})

    assert (again["status"], again["attempts"], again["reason"]) == ("QUEUED", 2, None)
    assert office.read(message)["status"] == "QUEUED"
    assert office.api.post(f"messages/{message['id']}/retry").status_code == 409


def test_another_offices_key_fetches_and_tells_nothing(office):
    message = office.with_file()
    stranger = Make(give_key(cast.SOUTH))

    assert stranger.op("messages.fetch", {"message_id": message["id"]}).status_code == 404
    told = stranger.op("messages.sent", {"message_id": message["id"], "status": "SENT"})
    assert told.json()[0]["error"] == "not_found"
    assert office.read(message)["status"] == "QUEUED"


def test_the_case_tells_of_each_message_without_its_text(office):
    message = office.with_file(to_name="רונית")
    office.tell({"message_id": message["id"], "status": "FAILED", "reason": "x"})

    told = events_of(office)

    assert [kind for kind, _data in told] == ["sending.requested", "sending.failed"]
    assert "050" not in json.dumps(told)
    assert "בברכה" not in json.dumps(told, ensure_ascii=False)


def test_a_mail_goes_out_by_our_own_server(office, mailserver):
    message = office.with_file(channel="MAIL", to="ronit@example.com", to_name="רונית\nלדוגמה")
    assert message["sent_via"] == "SMTP"

    assert mailing.run() == uuid.UUID(message["id"])

    mail = mailserver.mail()
    text = mail.get_content()
    assert mail["To"] == "רונית לדוגמה <ronit@example.com>"
    assert mail["Subject"].startswith("אומדן נזק")
    link = next(word for word in text.split() if word.startswith("https://"))
    assert office.desk.opened(link.removeprefix("https://files.example.test"))[0].status_code == 200
    row = office.read(message)
    assert (row["status"], row["outside_id"], row["attempts"]) == ("SENT", mail["Message-ID"], 1)
    assert row["sent_at"]
    assert link.rpartition("/")[2] not in everything_kept()
    assert mailing.run() is None


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"RCPT": "550 no such person"}, "smtp_550"),
        ({"MAIL": "553 not from you"}, "smtp_553"),
        ({"END": "554 spam"}, "smtp_554"),
    ],
)
def test_what_a_server_refuses_for_good_has_failed_and_can_be_sent_again(office, mailserver, says, reason):
    mailserver.says = says
    message = office.sent(channel="MAIL", to="ronit@example.com")
    mailing.run()
    assert (office.read(message)["status"], office.read(message)["reason"]) == ("FAILED", reason)

    mailserver.says = {}
    assert office.api.post(f"messages/{message['id']}/retry").status_code == 202
    mailing.run()

    assert office.read(message)["status"] == "SENT"


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"RCPT": "451 later"}, "smtp_451"),
        ({"EHLO": HANG}, "no_connection"),
        ({"DATA": DROP}, "no_connection"),
    ],
)
def test_what_may_go_better_is_tried_again_until_it_has_failed(office, mailserver, settings, says, reason):
    settings.MESSAGE_RETRY_SECONDS = [0]
    mailserver.says = says
    message = office.sent(channel="MAIL", to="ronit@example.com")

    mailing.run()
    between = office.read(message)
    mailing.run()

    assert (between["status"], between["reason"]) == ("QUEUED", reason)
    assert (office.read(message)["status"], office.read(message)["attempts"]) == ("FAILED", 2)


def test_a_mail_that_may_have_arrived_comes_again_under_the_same_id(office, mailserver, settings):
    settings.MESSAGE_RETRY_SECONDS = [0]
    mailserver.says = {"END": DROP}
    message = office.with_file(channel="MAIL", to="ronit@example.com")
    mailing.run()
    mailserver.says = {}
    mailing.run()

    first, second = mailserver.mails
    assert first["Message-ID"] == second["Message-ID"]
    links = [
        next(word for word in mail.get_content().split() if word.startswith("https://")) for mail in (first, second)
    ]
    answers = [office.desk.opened(link.removeprefix("https://files.example.test"))[0].status_code for link in links]
    assert answers == [404, 200]
    assert office.read(message)["status"] == "SENT"


def test_a_file_that_was_put_away_meanwhile_fails_the_message(office, mailserver):
    message = office.with_file(channel="MAIL", to="ronit@example.com")
    office.api.request("DELETE", f"files/{office.file['id']}")

    mailing.run()

    assert (office.read(message)["status"], office.read(message)["reason"]) == ("FAILED", "not_found")
    assert mailserver.mails == []


def test_a_link_to_nowhere_is_not_sent(office, settings):
    settings.FILES_ORIGIN = ""

    refused = office.send(template="estimate", file_id=office.file["id"])

    assert (refused.status_code, refused.json()["code"]) == (409, "no_public_address")


def test_the_list_is_narrowed_by_case_channel_and_status(office):
    office.sent()
    failed = office.sent(channel="WHATSAPP")
    office.tell({"message_id": failed["id"], "status": "FAILED"})

    found = office.api.get(f"messages?case_id={office.case['case_id']}&status=FAILED&channel=WHATSAPP").json()

    assert [row["id"] for row in found] == [failed["id"]]
