"""Endpoints, deliveries and keys through their pages: shown once, said in words, and only by managers."""

import pytest

from make.models import Delivery, GatewayKey, WebhookEndpoint
from tests.admin.conftest import ENDPOINTS, GHOST, HOOK, as_noam, page_of
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

DELIVERIES = "/admin/make/delivery/"
KEYS = "/admin/make/gatewaykey/"


def fields(answer):
    """The read-only fields of a page, by their id."""
    return {attrs.get("id"): attrs.get("value") for tag, attrs in page_of(answer).tags if tag == "input"}


def hidden(answer, name):
    return next(attrs["value"] for tag, attrs in page_of(answer).tags if tag == "input" and attrs.get("name") == name)


def deliveries():
    with as_noam():
        return list(Delivery.objects.select_related("message").order_by("seq"))


def test_the_secret_is_shown_once_and_never_again(staff, add):
    answer = add("מייק")

    secret = fields(answer)["secret"]
    assert secret.startswith("whsec_")
    assert "no-store" in answer["Cache-Control"]
    with as_noam():
        made = WebhookEndpoint.objects.get()
    assert made.secret == secret
    noam = staff()
    for address in (ENDPOINTS, f"{ENDPOINTS}{made.pk}/", f"{ENDPOINTS}{made.pk}/edit/", "/admin/accounts/auditentry/"):
        seen = noam.get(address).content.decode()
        assert "מייק" in seen
        assert secret not in seen


def test_sending_the_form_twice_makes_one_endpoint(add):
    assert add().status_code == 200

    again = add()

    assert again.status_code == 422
    assert "כבר" in texts(again)
    with as_noam():
        assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hook.make.com/a", "https"),
        ("https://example.com/a", "Make"),
        ("https://127.0.0.1/a", "Make"),
        ("nonsense", "כתובת"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_in_words(add, url, said):
    answer = add(url=url)

    assert answer.status_code == 422
    assert said in " ".join(text for text, around in page_of(answer).texts if ("ul", "errorlist") in classes(around))
    with as_noam():
        assert not WebhookEndpoint.objects.exists()


def classes(around):
    return {(tag, name) for tag, attrs in around for name in attrs.get("class", "").split()}


def test_a_new_secret_is_shown_once_and_the_old_one_counts_for_a_day(staff, endpoint):
    noam = staff()
    page = noam.get(f"{ENDPOINTS}{endpoint.pk}/")

    answer = noam.post(f"{ENDPOINTS}{endpoint.pk}/rotate/", {"seen": hidden(page, "seen")})

    with as_noam():
        after = WebhookEndpoint.objects.get()
    assert fields(answer)["secret"] == after.secret != endpoint.secret
    assert after.previous_secret == endpoint.secret
    hours = (after.previous_secret_until - after.updated_at).total_seconds() / 3600
    assert 23.9 < hours < 24.1
    for address in (f"{ENDPOINTS}{endpoint.pk}/", "/admin/accounts/auditentry/"):
        seen = noam.get(address).content.decode()
        assert after.secret not in seen
        assert endpoint.secret not in seen


def test_the_page_of_a_new_secret_sent_again_changes_nothing(staff, endpoint):
    noam = staff()
    sent = {"seen": hidden(noam.get(f"{ENDPOINTS}{endpoint.pk}/"), "seen")}
    noam.post(f"{ENDPOINTS}{endpoint.pk}/rotate/", sent)
    with as_noam():
        once = WebhookEndpoint.objects.get().secret

    again = noam.post(f"{ENDPOINTS}{endpoint.pk}/rotate/", sent, follow=True)

    assert "בינתיים" in texts(again)
    with as_noam():
        assert WebhookEndpoint.objects.get().secret == once


def test_an_endpoint_is_changed_paused_and_removed(staff, endpoint):
    noam, page = staff(), f"{ENDPOINTS}{endpoint.pk}/"

    sent = {"name": "אחר", "url": HOOK, "body": "legacy", "event_types": ["helper.export"]}
    assert noam.post(f"{page}edit/", sent).status_code == 302
    assert "מושהה" in texts(noam.post(f"{page}pause/", {"pause": "1"}, follow=True))
    with as_noam():
        after = WebhookEndpoint.objects.get()
        assert (after.name, after.body, after.event_types, after.is_paused) == (
            "אחר",
            "legacy",
            ["helper.export"],
            True,
        )
    noam.post(f"{page}pause/", {"pause": "0"})
    assert "מה יקרה" in texts(noam.get(f"{page}remove/"))
    noam.post(f"{page}remove/")

    with as_noam():
        after = WebhookEndpoint.objects.get()
        assert not after.is_paused
        assert after.deleted_at
    assert noam.get(page).status_code == 404
    noam.get("/admin/")
    assert "אחר" not in texts(noam.get(ENDPOINTS)).split()


def test_a_test_goes_to_its_delivery(staff, endpoint, post_all):
    noam = staff()

    answer = noam.post(f"{ENDPOINTS}{endpoint.pk}/ping/")

    (ping,) = deliveries()
    assert answer["Location"] == f"{DELIVERIES}{ping.pk}/"
    assert ping.type == "test.ping"
    post_all()
    seen = texts(noam.get(answer["Location"]))
    assert "נמסר" in seen
    assert "Accepted" in seen


def test_a_manager_alone_changes_endpoints_keys_and_switches(staff, endpoint, demote):
    noam, page = staff(), f"{ENDPOINTS}{endpoint.pk}/"
    key = noam.post(f"{KEYS}add/", {"name": "k"})
    assert key.status_code == 200
    with as_noam():
        key_id = GatewayKey.objects.get().pk
    demote()

    for address, sent in [
        (f"{ENDPOINTS}add/", {"name": "x", "url": HOOK, "body": "thin"}),
        (f"{page}edit/", {"name": "x", "url": HOOK, "body": "thin"}),
        (f"{page}rotate/", {"seen": "x"}),
        (f"{page}pause/", {"pause": "1"}),
        (f"{page}ping/", {}),
        (f"{page}remove/", {}),
        (f"{KEYS}add/", {"name": "x"}),
        (f"{KEYS}{key_id}/revoke/", {}),
        ("/admin/cases/featureflag/turn/", {"turn": "writer.levi=dual"}),
        ("/admin/helpers/helpersource/", {"source": "levi", "pointer": "/x"}),
    ]:
        answer = noam.post(address, sent)
        assert answer.status_code == 403, address
        assert "מנהל המשרד" in answer.content.decode()
    for address in (ENDPOINTS, page, KEYS, "/admin/cases/featureflag/", "/admin/helpers/helpersource/"):
        answer = noam.get(address)
        assert answer.status_code == 200
        assert "רק מנהל" in texts(answer)
        assert HOOK not in answer.content.decode()


def test_deliveries_are_found_by_plate_message_and_filters(staff, endpoint, open_case, save, post_all):
    case = open_case(plate="12345678")
    open_case(plate="99990000")
    post_all()
    save(case, {"meta": {"n": 2}}, 1)
    noam = staff()
    saved = next(d for d in deliveries() if d.type == "case_helper.saved")

    everything = texts(noam.get(DELIVERIES))
    assert "123-45-678" in everything
    assert "999-90-000" in everything
    for asked_for in ("123-45-678", "12345678", "123 45", str(saved.message_id)):
        found = texts(noam.get(DELIVERIES, {"q": asked_for}))
        assert "123-45-678" in found, asked_for
        assert "999-90-000" not in found, asked_for
    for narrowed, has in [
        ({"status__exact": "pending"}, {"123-45-678"}),
        ({"status__exact": "delivered"}, {"123-45-678", "999-90-000"}),
        ({"type": "case_helper.saved", "status__exact": "pending"}, {"123-45-678"}),
        ({"endpoint": str(endpoint.pk)}, {"123-45-678", "999-90-000"}),
        ({"endpoint": GHOST}, set()),
    ]:
        found = texts(noam.get(DELIVERIES, narrowed))
        assert {plate for plate in ("123-45-678", "999-90-000") if plate in found} == has, narrowed
    assert texts(noam.get(DELIVERIES, {"q": "nothing"})).count("123-45-678") == 0
    for strange in ("\0", "%", "א" * 300, "' or 1=1"):
        assert noam.get(DELIVERIES, {"q": strange}).status_code in {200, 302}


def test_the_page_of_a_delivery_tells_of_every_attempt(staff, endpoint, open_case, post_all):
    open_case({"meta": {"secret": "תוכן-סודי"}}, plate="12345678")
    later = "2026-01-01T00:00:00Z"
    evil = "<img src=x onerror=alert(1)>"
    post_all(http_status=500, outcome="retry", error="http_500", answer=evil, next_at=later)
    post_all(http_status=None, outcome="dead", error="timeout", answer="")
    one = next(d for d in deliveries() if d.type == "case.upserted")

    answer = staff().get(f"{DELIVERIES}{one.pk}/")

    seen, source = texts(answer), answer.content.decode()
    assert str(one.message_id) in seen
    assert "תקלה" in seen
    assert "לא ענה בזמן" in seen
    assert '"type": "case.upserted"' in seen
    assert evil not in source
    assert "&lt;img src=x onerror=alert(1)&gt;" in source
    assert "תוכן-סודי" not in source
    pre = [dict(attrs) for tag, attrs in page_of(answer).tags if tag == "pre"]
    assert pre
    assert all(attrs["dir"] == "ltr" for attrs in pre)


def test_of_an_export_only_name_and_size_are_shown(staff, add, open_case):
    add(body="legacy", event_types=["case_helper.saved"])
    open_case({"meta": {"secret": "תוכן-סודי"}}, plate="12345678")
    (one,) = deliveries()

    answer = staff().get(f"{DELIVERIES}{one.pk}/")

    assert "12345678_helper_v1" in texts(answer)
    assert "תוכן-סודי" not in answer.content.decode()


def test_a_delivery_is_sent_again_and_cancelled(staff, endpoint, open_case, post_all):
    open_case()
    post_all(http_status=400, outcome="dead", error="http_400")
    noam = staff()
    one = deliveries()[0]

    assert "שוב" in texts(noam.post(f"{DELIVERIES}{one.pk}/replay/", follow=True))
    assert deliveries()[0].status == "pending"
    noam.post(f"{DELIVERIES}{one.pk}/cancel/")

    assert deliveries()[0].status == "cancelled"
    assert deliveries()[0].message_id == one.message_id


def test_the_chosen_ones_are_sent_again(staff, endpoint, open_case, post_all):
    open_case()
    open_case()
    post_all(http_status=400, outcome="dead", error="http_400")
    chosen = [str(d.pk) for d in deliveries()][:3]

    staff().post(DELIVERIES, {"action": "replay_selected", "_selected_action": chosen})

    assert {str(d.pk) for d in deliveries() if d.status == "pending"} == set(chosen)


def test_all_that_was_given_up_since_a_time_is_counted_and_then_sent(staff, endpoint, open_case, post_all):
    open_case()
    post_all(http_status=400, outcome="dead", error="http_400")
    count = len(deliveries())
    noam = staff()

    seen = noam.get(f"{DELIVERIES}failed/")
    none = noam.get(f"{DELIVERIES}failed/", {"since": "2099-01-01T00:00"})
    wrong = noam.get(f"{DELIVERIES}failed/", {"since": "yesterday"})

    assert f"שליחה חוזרת של {count}" in texts(seen)
    assert "0 משלוחים נכשלו" in texts(none)
    assert not [text for text, around in page_of(none).texts if ("button", "button") in classes(around)]
    assert wrong.status_code == 422
    assert all(d.status == "dead" for d in deliveries())
    noam.post(f"{DELIVERIES}failed/", {"since": hidden(seen, "since")})
    assert all(d.status == "pending" for d in deliveries())


def test_home_tells_of_what_needs_somebody(staff, endpoint, open_case, post_all):
    noam = staff()
    assert "אל Make נכשלו" not in texts(noam.get("/admin/"))
    open_case()
    post_all(http_status=410, outcome="dead", error="http_410", gone=True)
    dead = len(deliveries())

    seen = texts(noam.get("/admin/"))

    assert "הכתובת הוסרה ב־Make" in seen
    assert f"{dead} משלוחים אל Make נכשלו" in seen
    assert "הכתובת הוסרה" in texts(noam.get(f"{ENDPOINTS}{endpoint.pk}/"))
    assert "מושהה" in texts(noam.get(ENDPOINTS))


def test_a_key_is_shown_once_used_and_revoked(staff, api):
    noam = staff()

    answer = noam.post(f"{KEYS}add/", {"name": "תרחיש לוי", "ops": ["cases.search"]})

    key = fields(answer)["key"]
    assert "no-store" in answer["Cache-Control"]
    ask = {"apikey": key}
    assert api().post("gateway/cases.search", {"q": "x"}, **ask).status_code == 200
    assert (
        api().post("gateway/case.upsert", {"plate": "12345678"}, **ask, **{"Idempotency-Key": "1"}).status_code == 403
    )
    with as_noam():
        row = GatewayKey.objects.get()
    listed = noam.get(KEYS).content.decode()
    assert row.hint in listed
    assert "cases.search" in listed
    assert "תרחיש לוי" in listed
    for address in (KEYS, f"{KEYS}{row.pk}/revoke/", "/admin/accounts/auditentry/"):
        source = noam.get(address).content.decode()
        assert key not in source
        assert row.key_hash not in source
    noam.post(f"{KEYS}{row.pk}/revoke/")
    assert api().post("gateway/cases.search", {"q": "x"}, **ask).status_code == 401
    assert "בוטל" in texts(noam.get(KEYS))
    assert noam.post(f"{KEYS}add/", {"name": "x", "ops": ["no.such"]}).status_code == 422


@pytest.mark.parametrize(
    ("op", "path"),
    [("ingest-external", "ingest-external"), ("update-helper", "update-helper"), ("sync_helper", "rpc/sync_helper")],
)
def test_a_key_can_be_made_for_one_door_beside_the_gateway(staff, api, op, path):
    key = fields(staff().post(f"{KEYS}add/", {"name": "x", "ops": [op]}))["key"]

    assert api().post(path, {}, apikey=key).status_code == 422
    assert api().post("gateway/cases.search", {"q": "x"}, apikey=key).status_code == 403


def test_what_belongs_to_another_office_does_not_exist(staff, add, endpoint, open_case):
    open_case(plate="12345678")
    staff().post(f"{KEYS}add/", {"name": "מפתח צפון"})
    with as_noam():
        key = GatewayKey.objects.get()
    uri, one = staff("uri"), deliveries()[0]

    for address in (ENDPOINTS, DELIVERIES, KEYS, "/admin/accounts/auditentry/", "/admin/"):
        source = uri.get(address).content.decode()
        assert "123-45-678" not in source, address
        assert "מפתח צפון" not in source, address
        assert str(endpoint.pk) not in source, address
    for place, what in [
        (f"{ENDPOINTS}%s/", endpoint.pk),
        (f"{ENDPOINTS}%s/rotate/", endpoint.pk),
        (f"{ENDPOINTS}%s/ping/", endpoint.pk),
        (f"{ENDPOINTS}%s/pause/", endpoint.pk),
        (f"{ENDPOINTS}%s/remove/", endpoint.pk),
        (f"{DELIVERIES}%s/", one.pk),
        (f"{DELIVERIES}%s/replay/", one.pk),
        (f"{DELIVERIES}%s/cancel/", one.pk),
        (f"{KEYS}%s/revoke/", key.pk),
    ]:
        foreign, missing = uri.post(place % what), uri.post(place % GHOST)
        assert (foreign.status_code, foreign.content) == (404, missing.content), place
    uri.post(DELIVERIES, {"action": "cancel_selected", "_selected_action": [str(one.pk)]})
    assert deliveries()[0].status == "pending"


def test_a_post_from_elsewhere_is_refused(staff, endpoint, open_case):
    open_case()
    noam, one = staff(enforce_csrf_checks=True), deliveries()[0]

    for address in (
        f"{ENDPOINTS}add/",
        f"{ENDPOINTS}{endpoint.pk}/rotate/",
        f"{ENDPOINTS}{endpoint.pk}/pause/",
        f"{ENDPOINTS}{endpoint.pk}/ping/",
        f"{ENDPOINTS}{endpoint.pk}/remove/",
        f"{DELIVERIES}{one.pk}/cancel/",
        f"{DELIVERIES}failed/",
        f"{KEYS}add/",
    ):
        assert noam.post(address, {"name": "x", "url": HOOK, "body": "thin", "pause": "1"}).status_code == 403, address


def test_looking_changes_nothing(staff, endpoint, open_case):
    open_case()
    noam, one = staff(), deliveries()[0]

    for what in ("rotate/", "pause/", "ping/"):
        assert noam.get(f"{ENDPOINTS}{endpoint.pk}/{what}").status_code == 404
    for what in ("replay/", "cancel/"):
        assert noam.get(f"{DELIVERIES}{one.pk}/{what}").status_code == 404
    assert noam.get(f"{ENDPOINTS}{endpoint.pk}/remove/").status_code == 200
    with as_noam():
        assert WebhookEndpoint.objects.kept().count() == 1
    assert {d.status for d in deliveries()} == {"pending"}


def test_replaying_needs_its_own_permission(staff, may, endpoint, open_case):
    open_case()
    one = deliveries()[0]
    may("view_delivery", "view_webhookendpoint")
    noam = staff()

    assert noam.post(f"{DELIVERIES}{one.pk}/cancel/").status_code == 403
    assert noam.get(f"{DELIVERIES}failed/").status_code == 403
    assert "/cancel/" not in noam.get(f"{DELIVERIES}{one.pk}/").content.decode()
    assert noam.get(f"{DELIVERIES}{one.pk}/").status_code == 200
    may("view_case")
    for address in (DELIVERIES, f"{DELIVERIES}{one.pk}/", ENDPOINTS, KEYS):
        assert noam.get(address).status_code == 403


def test_the_lists_ask_no_more_for_many_rows(staff, endpoint, open_case):
    noam = staff()
    open_case()
    few = {address: len(asked(noam, address)) for address in (DELIVERIES, ENDPOINTS, "/admin/")}
    for _ in range(8):
        open_case()

    for address, count in few.items():
        statements = asked(noam, address)
        assert len(statements) == count, address
        for column in ("helper_json", '"secret"', '"previous_secret"'):
            assert not [sql for sql in statements if column in sql], address
