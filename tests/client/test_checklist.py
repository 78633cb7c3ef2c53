"""The requirement's testing checklist: one test for each of its lines, in Chromium, with Make at the other end."""

import json

import pytest
from playwright.sync_api import Error

from tests.cast import DANA
from tests.conftest import any_plate

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser):
    return browser().tab()


@pytest.fixture
def opened(tab):
    """A case that Dana started on the page; its plate, and its facts as the API tells them."""
    plate = any_plate()
    helper = {"meta": {"plate": plate}, "valuation": {"final_price": 82000}}
    create = "async ([plate, helper]) => ({...(await client.manager.createHelper(plate, helper))})"
    envelope = tab.run(create, [plate, helper])
    return {**envelope, "case_id": envelope["caseId"], "plate": plate}


def heard_by_make(hook, opened):
    """The bodies of HELPER_EXPORT that Make got for a plate."""
    hook.deliver()
    bodies = [json.loads(heard.body) for heard in hook.heard("/export")]
    return [body for body in bodies if body["plate_number"] == opened["plate"]]


def change_and_save(tab, price):
    tab.run("(price) => edit((helper) => { helper.valuation.final_price = price; })", price)
    return tab.save()


# --- Creation


def test_starting_a_case_with_a_plate_names_its_helper(opened):
    assert opened["name"] == f"{opened['plate']}_helper_v1"
    assert (opened["source"], opened["plateNumber"], opened["version"]) == ("system", opened["plate"], 1)


def test_the_creation_is_told(tab, opened):
    told = tab.run("() => told.filter(({name}) => name === 'created').map(({helper}) => helper.name)")
    assert told == [opened["name"]]


def test_the_helper_stands_in_session_storage(tab, opened):
    kept = json.loads(tab.stored("current_helper"))

    assert (kept["name"], kept["plateNumber"], kept["version"]) == (opened["name"], opened["plate"], 1)
    assert kept["data"] == {"meta": {"plate": opened["plate"]}, "valuation": {"final_price": 82000}}
    assert json.loads(tab.stored("helper")) == kept["data"]
    assert tab.stored("helper_version") == "1"


# --- Increment


def test_a_change_that_is_saved_is_version_two(tab, opened, office):
    assert change_and_save(tab, 1)["name"] == f"{opened['plate']}_helper_v2"
    assert office.version(opened) == 2
    assert tab.stored("helper_version") == "2"


def test_further_saves_are_three_and_four(tab, opened, office):
    assert [change_and_save(tab, price)["version"] for price in (1, 2, 3)] == [2, 3, 4]
    assert [version["helper_name"] for version in office.versions(opened)] == [
        f"{opened['plate']}_helper_v{n}" for n in (4, 3, 2, 1)
    ]


# --- Export on logout


def test_after_a_logout_the_record_is_in_our_store(tab, opened, office):
    tab.edit("note", "לא נשמר ביד")
    outcome = tab.run("() => client.session.handleLogout()")

    assert (outcome["state"], outcome["isCleared"]) == ("exported", True)
    assert office.helper(opened)["note"] == "לא נשמר ביד"
    assert office.exports(opened) == [(2, "logout")]
    assert tab.run("() => [Object.keys(sessionStorage), localStorage.helper_data ?? null]") == [[], None]


def test_after_a_logout_makes_webhook_has_the_data(tab, opened, hook):
    tab.run("() => client.session.handleLogout()")

    (body,) = heard_by_make(hook, opened)
    assert body["data"] == {"meta": {"plate": opened["plate"]}, "valuation": {"final_price": 82000}}
    assert (body["event"], body["plate_number"], body["version"]) == ("HELPER_EXPORT", opened["plate"], 1)


def test_the_exported_name_source_and_date_are_right(tab, opened, hook):
    change_and_save(tab, 5)
    tab.run("() => client.session.handleLogout()")

    (body,) = heard_by_make(hook, opened)
    assert (body["helper_name"], body["source"]) == (f"{opened['plate']}_helper_v2", "system")
    assert body["date"].startswith("20")
    assert set(body) == {"helper_name", "source", "date", "plate_number", "version", "data", "event", "timestamp"}


# --- Export on termination


def test_a_session_that_times_out_is_exported_to_both_places(tab, opened, office, hook):
    tab.edit("note", "באמצע עבודה")
    outcome = tab.run("() => client.session.handleSessionTermination()")

    assert outcome["isCleared"]
    assert office.exports(opened) == [(2, "timeout")]
    (body,) = heard_by_make(hook, opened)
    assert body["data"]["note"] == "באמצע עבודה"


# --- Import and revival


def test_export_then_a_new_session_imports_the_file_and_goes_on(browser, tab, opened, office, tmp_path):
    change_and_save(tab, 5)
    exported = tab.stored("current_helper")
    tab.run("() => client.session.handleLogout()")
    file = tmp_path / "helper.json"
    file.write_text(exported)

    later = browser().tab()
    with later.page.expect_file_chooser() as choosing:
        later.run("() => { document.body.append(client.importer.createImportButton()); }")
        later.page.get_by_role("button", name="טען helper מקובץ").click()
    choosing.value.set_files(file)
    later.until("() => window.populated")

    assert later.run("() => populated.valuation.final_price") == 5
    assert later.run("() => told.find(({name}) => name === 'imported').message").startswith("הקובץ נטען")


def test_the_version_continues_from_what_was_imported(browser, tab, opened, office):
    for price in (1, 2, 3):
        change_and_save(tab, price)
    exported = tab.stored("current_helper")
    tab.run("() => client.session.handleLogout()")
    changed = exported.replace('"final_price":3', '"final_price":9').replace('"final_price": 3', '"final_price":9')
    assert changed != exported

    later = browser().tab()
    imported = later.run("async (text) => ({...(await client.importer.importHelper(text))})", changed)
    assert imported["version"] == 5
    assert change_and_save(later, 10)["version"] == 6
    assert office.version(opened) == 6


def test_an_imported_helper_keeps_every_digit(browser, office):
    plate = any_plate()
    text = f'{{"helper_data": {{"meta": {{"plate": "{plate}"}}, "price": 1.10, "serial": 12345678901234567890}}}}'
    tab = browser().tab()
    imported = tab.run("async (text) => ({...(await client.importer.importHelper(new Blob([text])))})", text)

    stored = office.text({"case_id": imported["caseId"]})
    assert '"price": 1.10' in stored
    assert "12345678901234567890" in stored
    assert "12345678901234567890" in tab.stored()


# --- Edge cases


def test_a_closed_window_leaves_its_word_and_its_beacon(browser, case, office, hook):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    tab.until("() => client.exporter.ticket")
    tab.page.close(run_before_unload=True)
    context.tab().started()

    assert [version for version, _ in office.exports(opened)] == [1]
    assert [body["version"] for body in heard_by_make(hook, opened)] == [1]


def test_a_window_closed_in_the_middle_of_an_edit_is_saved_and_exported(browser, case, office, hook):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    tab.until("() => client.exporter.ticket")
    tab.edit("note", "נסגר באמצע")
    tab.page.goto("about:blank")
    assert context.tab().started().run("() => localStorage.pending_helper_export ?? null") is None

    assert office.helper(opened)["note"] == "נסגר באמצע"
    assert office.version(opened) == 2
    assert office.exports(opened)[-1][0] == 2
    assert heard_by_make(hook, opened)[-1]["data"]["note"] == "נסגר באמצע"


def test_a_large_helper_whose_window_closes_is_saved_by_the_next(browser, case, office):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    tab.edit("photo", "A" * 500_000)
    tab.page.goto("about:blank")
    context.tab().started()

    assert len(office.helper(opened)["photo"]) == 500_000
    assert office.version(opened) == 2


def test_a_crashed_browser_loses_at_most_the_last_moment(browser, case, office):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    context.route("**/helper", lambda route: route.abort())
    tab.edit("note", "לפני הקריסה")
    tab.until("() => state === 'offline'")
    # No event of a closing page is heard.
    with tab.page.expect_event("crash"), pytest.raises(Error):
        tab.page.goto("chrome://crash")
    context.unroute("**/helper")
    context.tab().started()

    assert office.helper(opened)["note"] == "לפני הקריסה"


def test_an_export_without_a_network_waits_and_goes_out(browser, case, office):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    tab.edit("note", "לפני היציאה")
    context.set_offline(True)
    outcome = tab.run("() => client.session.handleLogout()")
    assert (outcome["state"], outcome["isCleared"]) == ("queued", True)
    assert tab.waiting() == [["save", "waiting"], ["export", "waiting"]]

    context.set_offline(False)
    tab.drained()
    assert office.helper(opened)["note"] == "לפני היציאה"
    assert office.exports(opened) == [(2, "logout")]


def test_many_rapid_saves_have_right_versions(tab, opened, office):
    versions = tab.run("""async () => {
      const turns = [];
      for (let n = 0; n < 25; n += 1) {
        edit((helper) => { helper.n = n; });
        turns.push(client.manager.incrementVersion().then(({version}) => version));
        if (n % 5 === 4) await Promise.all(turns);
      }
      return Promise.all(turns);
    }""")

    assert versions == sorted(versions), "a version never goes down"
    assert versions[-1] == office.version(opened)
    assert office.helper(opened)["n"] == 24
    names = [version["helper_name"] for version in office.versions(opened)]
    assert len(set(names)) == len(names)


def test_frequent_changes_are_saved_as_one(tab, opened, office):
    for n in range(10):
        tab.edit("n", n)
    tab.until("() => client.manager.version === 2")

    assert office.helper(opened)["n"] == 9
    assert office.version(opened) == 2


def test_an_invalid_file_is_told_and_changes_nothing(tab, opened, office, tmp_path):
    before = tab.stored()
    for name, content in (("broken", "{"), ("list", "[1, 2]"), ("nothing", "{}"), ("picture", b"\xff\xd8\xff")):
        file = tmp_path / f"{name}.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with tab.page.expect_file_chooser() as choosing:
            tab.run("() => { client.importer.handleImportClick(); }")
        choosing.value.set_files(file)
        tab.until("() => told.some(({name}) => name === 'importfailed')")
        assert tab.run("() => told.find(({name}) => name === 'importfailed').message").startswith("הקובץ לא נטען")
        tab.run("() => { told.length = 0; }")

    assert tab.stored() == before
    assert office.version(opened) == 1


def test_a_wrongly_named_helper_is_refused_before_it_is_sent(tab, site):
    wrong = {"name": "x", "source": "system", "date": "2026-11-22", "plateNumber": "12345678", "version": 1, "data": {}}

    assert tab.run("(helper) => client.importer.validateHelper(helper)", wrong) is False
    problems = "async (helper) => client.importer.importHelper(helper).catch(({problems}) => problems)"
    assert tab.run(problems, wrong) == ["name"]
    assert site.call("GET", "plates/12345678/helper", DANA).status == 404
