"""Pages of the existing UI in a real browser with the client on them; a running site, and a Make that listens."""

import json
import os
import subprocess
import sys
import time

import pytest
from playwright.sync_api import sync_playwright

from tests.admin.test_browser import FLAGS
from tests.cast import DANA, NOAM
from tests.conftest import any_plate
from tests.databases import ROOT, runtime_url
from tests.site import running_site
from tests.world import Reply, running_world

CLIENT = "/static/client/1.0.0/client.js"
# The page keeps its helper as the existing UI does, and starts the client as the how-to says.
PAGE = """<!doctype html><html lang="he" dir="rtl"><meta charset="utf-8"><title>UI</title><body>
<helper-save-state></helper-save-state>
<script type="module">
import { start } from "%(base)s%(client)s";
window.told = [];
const tell = (name) => (event) => window.told.push({ name, ...event });
window.client = await start({
  base: "%(base)s",
  getToken: async ({ refresh }) => window.giveToken(refresh),
  seconds: { after: 0.3, atLatest: 2, look: 0.1 },
  populateModules: (helper) => { window.populated = helper; },
  onConflict: (event) => { window.conflict = event; tell("conflict")(event); },
  onCreated: tell("created"), onReplaced: tell("replaced"), onSaved: tell("saved"), onMerged: tell("merged"),
  onRefused: tell("refused"), onQuota: tell("quota"), onSignedOut: tell("signedout"), onImported: tell("imported"),
  onImportFailed: tell("importfailed"),
  onState: ({ state }) => { window.state = state; },
});
window.edit = (change) => {
  const helper = JSON.parse(sessionStorage.helper);
  change(helper);
  sessionStorage.helper = JSON.stringify(helper);
};
document.body.dataset.ready = "yes";
</script></body></html>"""


@pytest.fixture(scope="module")
def world():
    with running_world() as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(world):
    """The UI on a host of its own, by plain http and not by a loopback name: no secure context."""
    return world.base.replace("127.0.0.1", "ui.example.test")


@pytest.fixture(scope="module")
def site(world, elsewhere):
    with running_site(CORS_ALLOWED_ORIGINS=elsewhere) as running:
        serve_page(world, running)
        yield running


def serve_page(world, site):
    """The UI on the world's host, for a site. Chromium lets only pages that really came from loopback go there."""
    page = PAGE % {"base": site.base, "client": CLIENT}
    world.always(Reply(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"}), path="/ui.html")


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=[*FLAGS, "--host-resolver-rules=MAP ui.example.test 127.0.0.1"]
        )
        yield browser
        browser.close()


class Tab:
    """A page of the UI with the client on it."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, origin=None):
        self.page.goto(f"{origin or self.site.base}/ui.html")
        self.page.wait_for_selector("body[data-ready]", state="attached")
        return self

    def run(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def open(self, case_id):
        return self.run("async (id) => ({...(await client.manager.openCase(id))})", case_id)

    def edit(self, path, value):
        """As the UI's own code does it: the whole helper, written to sessionStorage."""
        self.run("([path, value]) => edit((helper) => { helper[path] = value; })", [path, value])

    def save(self):
        return self.run("async () => ({...(await client.manager.incrementVersion())})")

    def until(self, script, seconds=15):
        self.page.wait_for_function(script, timeout=seconds * 1000)
        return self

    def started(self):
        """Wait until everything an earlier page left was tried."""
        self.run("() => client.started.then(() => null)")
        return self

    def drained(self):
        until = time.monotonic() + 15
        while self.waiting() and time.monotonic() < until:
            time.sleep(0.05)
        assert self.waiting() == []

    def stored(self, key="helper"):
        return self.run("(key) => sessionStorage.getItem(key)", key)

    def waiting(self):
        """What the queue in IndexedDB holds, as kinds and states."""
        rows = self.run("() => client.saver.outbox.list(client.saver.person)")
        return [[row["kind"], row["state"]] for row in rows]


@pytest.fixture
def browser(site, chromium):
    """`browser()` is somebody's browser, with `.tab()` for each tab; a token is given by the page's own login."""
    contexts, tabs = [], []

    def opened(person=DANA, origin=None, token=None):
        context = chromium.new_context(locale="he-IL", base_url=site.base)
        contexts.append(context)
        html = PAGE % {"base": "", "client": CLIENT}
        page = {"body": html, "content_type": "text/html; charset=utf-8"}
        context.route(f"{site.base}/ui.html", lambda route: route.fulfill(**page))
        context.tokens = [token or person.token()]
        context.expose_function("giveToken", lambda refresh: context.tokens[-1])

        def tab():
            tabs.append(Tab(context.new_page(), site))
            return tabs[-1].go(origin)

        context.tab = tab
        return context

    yield opened
    errors = [error for tab in tabs for error in tab.errors]
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def case(site):
    """`case(helper)` opens a case as Dana."""

    def opened(helper=None, plate=None):
        plate = plate or any_plate()
        helper = helper if helper is not None else {"meta": {"plate": plate}, "valuation": {"final_price": 1}}
        answer = site.call("POST", "cases", DANA, {"plate": plate, "helper": helper})
        assert answer.status == 201, answer.body
        return answer.json()

    return opened


class Office:
    """What stands in the database, and what Make was told."""

    def __init__(self, site, world):
        self.site, self.world = site, world

    def text(self, case, version=None):
        word = f"/versions/{version}" if version else ""
        return self.site.call("GET", f"cases/{case['case_id']}/helper{word}", DANA).body.decode()

    def helper(self, case, version=None):
        return json.loads(self.text(case, version))["helper"]

    def version(self, case):
        return json.loads(self.text(case))["version"]

    def versions(self, case):
        return self.site.call("GET", f"cases/{case['case_id']}/helper/versions", DANA).json()

    def save(self, case, helper, version):
        answer = self.site.call("PUT", f"cases/{case['case_id']}/helper", DANA, {"helper": helper, "version": version})
        assert answer.status == 200, answer.body
        return answer.json()

    def exports(self, case):
        """What waits for Make, or was sent: version and reason of each export of a case."""
        with self.site.owner() as owner:
            return owner.execute(
                "select version, data->>'reason' from private.outbox"
                " where case_id = %s and type = 'helper.export' order by seq",
                [case["case_id"]],
            ).fetchall()


@pytest.fixture
def office(site, world):
    return Office(site, world)


@pytest.fixture(scope="module")
def hook(site, world, django_db_setup, django_db_blocker):
    """Make's EXPORT_HELPER webhook, as a manager adds it, and `hook.deliver()` as the worker does it."""

    ours = {"DATABASE_URL": runtime_url(site.database), "WEBHOOK_ALLOW_PRIVATE": "1", "WEBHOOK_RATE_PER_SECOND": "0"}
    env = {**os.environ, **ours}

    def shell(code):
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code]
        subprocess.run(command, cwd=ROOT, env=env, check=True)

    shell(
        "from core import acting; from make import services; from uuid import UUID\n"
        f"with acting.acting(acting.STAFF, {NOAM.claims!r}):\n"
        f"    services.create_endpoint(org_id=UUID('{NOAM.org.id}'), name='Make', url='{world.base}/export',"
        " event_types=['helper.export'], body='thin')"
    )

    def deliver():
        shell("from make import delivery; delivery.run()")

    world.deliver = deliver
    return world
