"""The client in Chromium: two pages at once, no network, a full quota, a killed tab; against the running site."""

import json
from pathlib import Path

import pytest

from tests.cast import DANA, TAMAR

pytestmark = pytest.mark.browser

EXACT = '{"meta": {"n": 1}, "price": 1.10, "serial": 12345678901234567890}'


def test_the_module_is_kept_for_a_year_and_may_be_loaded_from_any_page(site):
    for file in ("client.js", "manager.js", "json-text.js"):
        answer = site.fetch("GET", f"/static/client/1.0.0/{file}")
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "javascript" in answer.headers["content-type"]
        assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" not in site.fetch("GET", "/static/helpers/keys.js").headers["cache-control"]


def test_open_edit_and_it_saves_itself(browser, case, office):
    opened = case()
    tab = browser().tab()
    tab.open(opened["case_id"])
    for n in range(5):
        tab.edit("note", f"בדיקה {n}")
    tab.until("() => client.manager.version === 2")

    assert office.helper(opened)["note"] == "בדיקה 4"
    first = office.versions(opened)[0]
    assert (first["version"], first["trigger"], first["saved_from"]) == (2, "autosave", "UI")
    tab.until("() => document.querySelector('helper-save-state').getAttribute('state') === 'saved'")
    assert tab.page.get_by_role("status").inner_text() == "✓ הכול נשמר"


def test_numbers_beyond_a_double_come_through_load_edit_and_save(browser, site, office):
    body = f'{{"plate": "{json.dumps(31234567)}", "helper": {EXACT}}}'.encode()
    opened = site.call("POST", "cases", DANA, body).json()
    tab = browser().tab()
    tab.open(opened["case_id"])
    assert '"price": 1.10' in tab.stored()
    assert "12345678901234567890" in tab.stored()
    tab.edit("note", "x")
    tab.until("() => client.manager.version === 2")

    text = office.text(opened)
    assert '"price": 1.10' in text
    assert "12345678901234567890" in text


def test_two_pages_conflict_and_merge(browser, case, office):
    opened = case()
    first, second = browser().tab(), browser().tab()
    for tab in (first, second):
        tab.open(opened["case_id"])
    first.edit("mine", 1)
    first.save()
    second.edit("theirs", 2)
    second.save()
    second.until("() => window.conflict")

    told = second.run("() => ({c: conflict.currentVersion, y: conflict.yourVersion, s: conflict.changedSections})")
    assert (told["c"], told["y"], told["s"]) == (2, 1, ["mine"])
    compared = second.run("() => conflict.compare()")
    assert [change["pointer"] for change in compared["changes"]] == ["/mine"]
    assert second.run("() => state") == "conflict"

    second.run("() => conflict.merge()")
    second.until("() => client.manager.version === 3 && JSON.parse(sessionStorage.helper).mine === 1")
    assert {key: office.helper(opened)[key] for key in ("mine", "theirs")} == {"mine": 1, "theirs": 2}
    second.edit("after", 3)
    second.save()
    assert office.helper(opened)["mine"] == 1, "what was merged in is not taken out again"


def test_what_both_changed_cannot_be_merged_and_is_reloaded(browser, case, office):
    opened = case()
    tab = browser().tab()
    tab.open(opened["case_id"])
    office.save(opened, {"meta": {"n": 5}, "note": "של דנה"}, 1)
    tab.edit("note", "שלי")
    tab.save()
    tab.until("() => window.conflict")
    tab.run("() => { const {merge} = conflict; window.conflict = null; return merge(); }")
    tab.until("() => window.conflict?.conflictingPointers.length")
    assert "/note" in tab.run("() => conflict.conflictingPointers")

    tab.run("() => conflict.reload().then(() => null)")
    assert json.loads(tab.stored())["note"] == "של דנה"
    assert tab.waiting() == []
    tab.edit("note", "אחרי")
    tab.save()
    assert office.helper(opened)["note"] == "אחרי"


def test_two_tabs_of_one_browser_send_one_after_the_other(browser, case, office):
    context = browser()
    first, second = case(), case()
    one, other = context.tab(), context.tab()
    one.open(first["case_id"])
    other.open(second["case_id"])
    for n in range(3):
        one.edit("n", n)
        other.edit("n", n)
        one.save()
        other.save()

    assert (office.version(first), office.version(second)) == (4, 4)
    assert sum(tab.run("() => client.saver.tabs.me !== null") for tab in (one, other)) == 2
    assert one.waiting() == other.waiting() == []


def offline(browser, case):
    """A new case, open in a browser that has just lost its network."""
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    context.set_offline(True)
    return opened, context, tab


def test_offline_for_a_while_and_everything_goes_out_in_order(browser, case, office):
    opened, context, tab = offline(browser, case)
    for n in (1, 2, 3):
        tab.edit("n", n)
        tab.save()
    assert tab.waiting() == [["save", "waiting"]] * 3
    assert tab.run("() => state") == "offline"
    assert "אין חיבור" in tab.page.get_by_role("status").inner_text()
    assert office.version(opened) == 1

    context.set_offline(False)
    tab.until("() => client.manager.version === 4")
    assert [office.helper(opened, version)["n"] for version in (2, 3, 4)] == [1, 2, 3]
    assert tab.waiting() == []


def test_what_waits_outlives_its_tab_and_is_sent_by_the_next(browser, case, office):
    opened, context, tab = offline(browser, case)
    for n in (1, 2):
        tab.edit("n", n)
        tab.save()
    tab.page.close()
    context.set_offline(False)

    context.tab().started()
    assert [office.helper(opened, version)["n"] for version in (2, 3)] == [1, 2]


def test_a_reload_goes_on_where_it_was(browser, case, office):
    opened, context, tab = offline(browser, case)
    tab.edit("n", 1)
    tab.save()
    context.set_offline(False)
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready]", state="attached")
    tab.until("() => client.manager.version === 2")
    tab.edit("n", 2)
    tab.until("() => client.manager.version === 3")

    assert [office.helper(opened, version)["n"] for version in (2, 3)] == [1, 2]
    assert tab.run("() => told.filter(({name}) => name === 'conflict').length") == 0


def test_another_person_at_the_same_computer_sends_nothing_of_the_first(browser, case, office):
    opened, context, tab = offline(browser, case)
    tab.edit("n", 1)
    tab.save()
    tab.page.close()
    context.tokens.append(TAMAR.token())
    context.set_offline(False)
    context.tab().started()
    assert office.version(opened) == 1

    context.tokens.append(DANA.token())
    context.tab().started()
    assert office.helper(opened)["n"] == 1


def test_an_expired_token_is_renewed_and_without_one_work_waits(browser, case, office):
    opened = case()
    context = browser()
    tab = context.tab()
    tab.open(opened["case_id"])
    context.tokens.append(DANA.token(exp=1))
    tab.edit("n", 1)
    tab.save()
    tab.until("() => told.some(({name}) => name === 'signedout')")
    assert tab.waiting() == [["save", "waiting"]]
    assert "פג תוקף" in tab.page.get_by_role("status").inner_text()

    context.tokens.append(DANA.token())
    tab.run("() => client.saver.drain()")
    assert office.helper(opened)["n"] == 1


def test_a_full_quota_loses_nothing(browser, case, office):
    opened = case()
    tab = browser().tab()
    tab.run("""() => {
      for (const storage of [sessionStorage, localStorage]) {
        for (let n = 0; n < 20; n += 1) try { storage['x' + n] = 'x'.repeat(500_000); } catch { break; }
      }
    }""")
    tab.open(opened["case_id"])
    tab.run("(plate) => client.manager.changed({meta: {plate}, photo: 'A'.repeat(900_000)})", opened["plate"])
    tab.save()

    assert tab.run("() => told.some(({name}) => name === 'quota')")
    assert len(office.helper(opened)["photo"]) == 900_000
    assert tab.run("() => client.manager.getCurrentHelper().version") == 2


def test_no_token_stands_in_any_storage(browser, case):
    context = browser()
    tab = context.tab()
    tab.open(case()["case_id"])
    context.set_offline(True)
    tab.edit("n", 1)
    tab.save()
    everything = tab.run(
        "async () => JSON.stringify([{...sessionStorage}, {...localStorage},"
        " await client.saver.outbox.entries(client.saver.person), document.cookie])"
    )

    assert "helper_v1" in everything
    assert context.tokens[0] not in everything
    assert context.tokens[0].split(".")[2] not in everything


@pytest.mark.parametrize("is_secure", [True, False])
def test_a_page_of_another_host_uses_it_too_even_without_web_locks(browser, case, office, world, elsewhere, is_secure):
    opened = case()
    tab = browser(origin=world.base if is_secure else elsewhere).tab()
    assert tab.run("() => typeof navigator.locks") == ("object" if is_secure else "undefined")
    tab.open(opened["case_id"])
    tab.edit("n", 1)
    assert tab.save()["version"] == 2
    tab.until("() => client.exporter.ticket")
    assert tab.run("() => client.session.handleLogout()")["state"] == "exported"

    assert office.helper(opened)["n"] == 1


def test_the_indicator_is_readable_for_everybody(browser):
    tab = browser().tab()
    axe = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
    tab.page.evaluate(axe)
    tab.page.set_viewport_size({"width": 390, "height": 700})
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        tab.run("(dark) => { document.body.style.background = dark ? '#111827' : '#fff'; }", scheme == "dark")
        for state in ("saved", "unsaved", "saving", "queued", "offline", "conflict", "refused", "signed-out", "paused"):
            tab.run("(state) => document.querySelector('helper-save-state').show({state, isLasting: true})", state)
            found = tab.run("() => axe.run('helper-save-state').then(({violations}) => violations.map(({id}) => id))")
            assert found == [], (scheme, state)
            assert tab.run("() => document.documentElement.scrollWidth") <= 390
    assert tab.run("() => document.querySelector('helper-save-state').dir") == "rtl"
    tab.run("() => { document.documentElement.lang = 'en'; }")
    tab.run("() => document.querySelector('helper-save-state').show({state: 'saved'})")
    assert tab.page.get_by_role("status").inner_text() == "✓ All saved"
