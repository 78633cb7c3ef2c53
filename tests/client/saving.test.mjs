import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Api } from "../../helpers/static/client/1.0.0/api.js";
import { HelperExportService } from "../../helpers/static/client/1.0.0/export.js";
import { HelperManager } from "../../helpers/static/client/1.0.0/manager.js";
import { Outbox } from "../../helpers/static/client/1.0.0/outbox.js";
import { Saver } from "../../helpers/static/client/1.0.0/saver.js";
import { SessionManager } from "../../helpers/static/client/1.0.0/session.js";
import { Shelf } from "../../helpers/static/client/1.0.0/shelf.js";
import { Tabs } from "../../helpers/static/client/1.0.0/tabs.js";
import { CASE, Locks, Room, openOffice, tokenOf, until } from "./office.mjs";

let office;
let open;

beforeEach(async () => {
  office = await openOffice('{"meta": {"n": 1}, "price": 1.10, "id": 12345678901234567890}');
  open = [];
});

afterEach(async () => {
  for (const { saver, manager, exporter, tabs } of open) {
    for (const part of [saver, exporter, tabs]) part.close();
    manager.stop();
  }
  await office.close();
});

/** A page of the UI in one tab. */
function page({ outbox = new Outbox(null), locks = new Locks(), session = new Room(), local = new Room(), getToken, name = crypto.randomUUID() } = {}) {
  const api = new Api({ base: office.base, getToken: getToken ?? (async () => office.token) });
  const tabs = new Tabs({ name, locks, storage: local });
  tabs.channel?.unref();
  const saver = new Saver({ api, outbox, tabs, waits: [0.02] });
  const shelf = new Shelf(session, local);
  const manager = new HelperManager({ api, saver, shelf, lineage: crypto.randomUUID(), seconds: { after: 0.02, atLatest: 0.2, look: 0.01 } });
  const exporter = new HelperExportService({ api, saver, manager });
  const ending = new SessionManager({ saver, manager, exporter, shelf });
  const told = [];
  for (const type of ["conflict", "refused", "quota", "othercase", "merged", "replaced", "state"]) manager.addEventListener(type, (event) => told.push([type, event]));
  saver.addEventListener("signedout", () => told.push(["signedout"]));
  const made = { api, tabs, saver, manager, exporter, ending, session, local, outbox, told };
  made.edit = (change) => {
    const helper = JSON.parse(session.getItem("helper"));
    change(helper);
    session.setItem("helper", JSON.stringify(helper));
  };
  made.heard = (type) => told.filter(([one]) => one === type).map(([, event]) => event);
  open.push(made);
  return made;
}

test("what was loaded stands in the UI's own storage with every digit", async () => {
  const { manager, session, local } = page();
  await manager.openCase(CASE);

  assert.equal(session.getItem("helper"), office.texts[0]);
  assert.equal(local.getItem("helper_data"), office.texts[0]);
  assert.equal(session.getItem("helper_version"), "1");
  assert.equal(manager.getCurrentHelper().name, "12345678_helper_v1");
});

test("an edit is saved by itself once the page rests, and numbers nobody touched keep their digits", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  for (let n = 0; n < 5; n += 1) one.edit((helper) => (helper.meta.n = n + 10));
  await until(() => one.manager.version === 2);

  assert.equal(office.texts[1], '{"meta":{"n":14},"price":1.10,"id":12345678901234567890}');
  assert.equal(office.saves().length, 1);
  assert.equal(JSON.parse(office.saves()[0].body).trigger, "autosave");
});

test("content that says the same is not sent", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  one.edit(() => {});
  assert.notEqual(one.session.getItem("helper"), office.texts[0]);
  await one.manager.incrementVersion();
  one.edit((helper) => (helper.a = 1));
  one.edit((helper) => delete helper.a);
  await one.manager.incrementVersion();

  assert.equal(office.saves().length, 0);
  assert.equal(one.manager.version, 1);
});

test("saves at once wait for each other, and the numbers are the server's", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  const turns = [];
  for (let n = 0; n < 6; n += 1) {
    one.edit((helper) => (helper.turn = n));
    turns.push(one.manager.incrementVersion());
    await turns.at(-1);
  }
  one.edit((helper) => (helper.turn = 99));
  await Promise.all([one.manager.incrementVersion(), one.manager.incrementVersion(), one.manager.incrementVersion()]);

  assert.equal(one.manager.version, 8);
  assert.equal(office.texts.length, 8);
});

test("without a network work waits, in order, and goes out when it is back", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  const base = one.api.base;
  one.api.base = "http://127.0.0.1:1/api/v1";
  for (const n of [2, 3, 4]) {
    one.edit((helper) => (helper.meta.n = n));
    await one.manager.incrementVersion();
  }
  await one.exporter.exportHelper(undefined, "logout");
  assert.deepEqual((await one.outbox.list(one.saver.person)).map(({ kind }) => kind), ["save", "save", "save", "export"]);
  assert.ok(one.saver.timer);
  one.api.base = base;
  await until(() => office.exports.length === 1);

  assert.deepEqual(office.texts.slice(1).map((text) => JSON.parse(text).meta.n), [2, 3, 4]);
  assert.deepEqual(office.exports, [{ version: 4, reason: "logout" }]);
  assert.equal(one.manager.version, 4);
});

test("automatic saves that wait become one, with the newest content", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  const base = one.api.base;
  one.api.base = "http://127.0.0.1:1/api/v1";
  for (const n of [2, 3, 4]) {
    one.edit((helper) => (helper.meta.n = n));
    await one.manager.flush("autosave");
  }
  assert.equal((await one.outbox.list(one.saver.person)).length, 1);
  one.api.base = base;
  await one.saver.drain();

  assert.equal(JSON.parse(office.texts[1]).meta.n, 4);
  assert.equal(office.texts.length, 2);
});

for (const bad of ["drop", [503, { code: "dependency_down" }, { "Retry-After": "0.01" }], [429, {}, {}], [500, {}, {}]]) {
  test(`a save that met ${bad === "drop" ? "a broken connection" : bad[0]} is sent again`, async () => {
    const one = page();
    await one.manager.openCase(CASE);
    await until(() => one.exporter.ticket);
    office.bad = [bad, bad];
    one.edit((helper) => (helper.meta.n = 2));
    await one.manager.incrementVersion();
    await until(() => office.texts.length === 2);
    await until(() => one.manager.version === 2);
  });
}

test("an answer that was lost on the way makes no second version", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  await until(() => one.exporter.ticket);
  office.texts.push('{"meta":{"n":2},"price":1.10,"id":12345678901234567890}');
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();

  assert.equal(one.manager.version, 2);
  assert.equal(office.texts.length, 2);
});

test("an expired token is asked for once more, and work waits for a person who is gone", async () => {
  let asked = [];
  let token = "old";
  const one = page({
    getToken: async ({ refresh }) => {
      asked.push(refresh);
      return refresh && token === "new" ? (token = office.token) : token === "old" ? tokenOf() + "old" : token;
    },
  });
  token = office.token;
  await one.manager.openCase(CASE);
  await until(() => one.exporter.ticket);
  token = "old";
  asked = [];
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();
  assert.ok(asked.includes(true));
  assert.equal(one.heard("signedout").length, 1);
  assert.equal((await one.outbox.list(one.saver.person)).length, 1);

  token = office.token;
  await one.saver.drain();
  assert.equal(one.manager.version, 2);
});

test("a token that cannot be fetched is a network that is away: work waits and nobody is logged out", async () => {
  let isAway = false;
  const one = page({
    getToken: async () => {
      if (isAway) throw new TypeError("Failed to fetch");
      return office.token;
    },
  });
  await one.manager.openCase(CASE);
  await until(() => one.exporter.ticket);
  isAway = true;
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();

  assert.equal(one.heard("signedout").length, 0);
  assert.equal((await one.outbox.list(one.saver.person)).length, 1);
  isAway = false;
  await one.saver.drain();
  assert.equal(one.manager.version, 2);
});

test("what another person left in the queue is not sent in this one's name", async () => {
  const outbox = new Outbox(null);
  const first = page({ outbox });
  await first.manager.openCase(CASE);
  const base = first.api.base;
  first.api.base = "http://127.0.0.1:1/api/v1";
  first.edit((helper) => (helper.meta.n = 2));
  await first.manager.incrementVersion();
  first.saver.close();
  office.token = tokenOf("somebody-else");
  const other = page({ outbox });
  await other.saver.drain();
  assert.equal(office.saves().length, 0);

  office.token = tokenOf();
  first.api.base = base;
  await first.saver.drain();
  assert.equal(office.texts.length, 2);
});

test("a conflict offers to compare, to merge and to reload, and holds up nothing but its own page", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  office.texts.push('{"meta": {"n": 1}, "theirs": 1}');
  one.edit((helper) => (helper.mine = 1));
  await one.manager.incrementVersion();
  const [conflict] = one.heard("conflict");
  assert.deepEqual([conflict.currentVersion, conflict.yourVersion, conflict.changedSections], [2, 1, ["meta"]]);
  await one.exporter.queueForRetry(one.manager.currentHelper, "logout");
  assert.equal(office.exports.length, 1);
  one.edit((helper) => (helper.more = 1));
  await one.manager.flush("autosave");
  assert.equal(office.texts.length, 2);

  await conflict.merge();
  await until(() => one.manager.version >= 3 && JSON.parse(one.session.getItem("helper")).theirs);
  assert.equal(JSON.parse(office.texts.at(-1)).mine, 1);
});

test("a reload after a conflict drops the page's own content for what is current", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  office.texts.push('{"theirs": 1}');
  one.edit((helper) => (helper.mine = 1));
  await one.manager.incrementVersion();
  await one.heard("conflict")[0].reload();

  assert.equal(one.session.getItem("helper"), '{"theirs": 1}');
  assert.equal(one.manager.version, 2);
  assert.deepEqual(await one.outbox.list(one.saver.person), []);
});

test("a page that went on while a merge was on its way loses nothing and overwrites nothing", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  one.edit((helper) => (helper.mine = 1));
  office.texts.push('{"meta": {"n": 1}, "theirs": 1}');
  await one.manager.incrementVersion();
  one.edit((helper) => (helper.later = 1));
  const merging = one.heard("conflict")[0].merge();
  await merging;
  await until(() => office.texts.length >= 3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await one.manager.incrementVersion();

  assert.equal(JSON.parse(one.session.getItem("helper")).later, 1);
  for (const text of office.texts.slice(1)) assert.equal(JSON.parse(text).theirs, 1);
});

test("a page that took the newer version while its save waited shows both once they are merged", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  office.texts.push('{"meta": {"n": 1}, "theirs": 1}');
  one.edit((helper) => (helper.mine = 1));
  await one.manager.incrementVersion();
  // As a page does that hears of the other's save while the question stands.
  await one.manager.openCase(CASE);
  await one.heard("conflict")[0].merge();
  await until(() => one.heard("merged").length);

  const { mine, theirs } = JSON.parse(one.session.getItem("helper"));
  assert.deepEqual([mine, theirs, one.manager.version], [1, 1, 3]);
});

test("a page that was opened anew while its save waited shows it once it is saved, and takes nothing back", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  await until(() => one.exporter.ticket);
  one.edit((helper) => (helper.mine = 1));
  office.bad = [[503, { code: "dependency_down", message: "no" }, { "Retry-After": "1" }]];
  one.manager.incrementVersion();
  await until(() => office.saves().length);
  await one.manager.openCase(CASE);
  assert.equal(one.manager.version, 1);
  await until(() => one.manager.version === 2);
  await one.manager.incrementVersion();

  assert.equal(JSON.parse(one.session.getItem("helper")).mine, 1);
  assert.equal(office.texts.length, 2);
});

test("a refused save is told and does not block what comes after it", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  await until(() => one.exporter.ticket);
  office.bad = [[422, { code: "unstorable_text", message: "no", details: { pointer: "/a" } }]];
  one.edit((helper) => (helper.a = 1));
  await one.manager.incrementVersion();
  assert.deepEqual(one.heard("refused").map(({ code, details }) => [code, details]), [["unstorable_text", { pointer: "/a" }]]);
  one.edit((helper) => (helper.a = 2));
  await one.manager.incrementVersion();

  assert.equal(one.manager.version, 2);
  assert.deepEqual(await one.outbox.list(one.saver.person), []);
});

test("another case in the page's storage is never saved as this one", async () => {
  office.texts = ['{"meta": {"plate": "123-45-678"}}'];
  const one = page();
  await one.manager.openCase(CASE);
  for (const foreign of ['{"meta": {"plate": "87654321"}}', '{"meta": {}}', '{"case_info": {"supabase_case_id": "22222222-2222-4222-8222-222222222222"}, "meta": {"plate": "12345678"}}']) {
    one.session.setItem("helper", foreign);
    await one.manager.incrementVersion();
  }
  one.session.setItem("helper", "undefined");
  await one.manager.incrementVersion();
  assert.equal(office.saves().length, 0);
  assert.ok(one.heard("othercase").length >= 3);

  one.session.setItem("helper", `{"meta": {"plate": "12345678"}, "case_info": {"supabase_case_id": "${CASE}"}}`);
  await one.manager.incrementVersion();
  assert.equal(one.manager.version, 2);
});

test("a full quota is told, the page's content is still saved, and no old copy is left to be saved", async () => {
  const one = page({ session: new Room(500), local: new Room(100) });
  await one.manager.openCase(CASE);
  one.manager.changed({ meta: { n: 2 }, long: "ארוך".repeat(400) });
  await one.manager.incrementVersion();

  assert.ok(one.heard("quota").length >= 1);
  assert.equal(JSON.parse(office.texts[1]).meta.n, 2);
  assert.equal(one.session.getItem("helper"), null);
  assert.equal(one.session.getItem("helper_version"), "2");
  assert.equal(one.manager.getCurrentHelper().version, 2);
});

test("a reload goes on from the session, knows what was acknowledged, and sends nothing for it", async () => {
  const locks = new Locks();
  const one = page({ locks });
  await one.manager.openCase(CASE);
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();
  one.manager.stop();
  const again = page({ session: one.session, local: one.local, locks });
  assert.equal(again.manager.loadFromSession().name, "12345678_helper_v2");
  await again.manager.incrementVersion();

  assert.equal(again.manager.version, 2);
  assert.equal(office.saves().length, 1);
  assert.equal(page().manager.loadFromSession(), null);
});

test("no token is written to storage or to the queue", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  one.api.base = "http://127.0.0.1:1/api/v1";
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();
  one.ending.leaveWord(null);
  const everything = JSON.stringify([[...one.session.kept], [...one.local.kept], await one.outbox.entries(one.saver.person)]);

  assert.ok(everything.includes("helper_v1"));
  assert.ok(!everything.includes(office.token));
});

test("the client writes nothing into the helper", async () => {
  const one = page();
  await one.manager.openCase(CASE);
  one.edit((helper) => (helper.meta.n = 2));
  await one.manager.incrementVersion();

  assert.deepEqual(Object.keys(JSON.parse(office.texts[1])), ["meta", "price", "id"]);
  assert.equal(one.session.getItem("helper"), '{"meta":{"n":2},"price":1.1,"id":12345678901234567000}');
});

test("of two tabs one leads, and the other takes over when it is gone", async () => {
  const locks = new Locks();
  const [first, second] = [page({ locks, name: "t" }), page({ locks, name: "t" })];
  const led = [];
  first.tabs.lead(() => led.push("first"));
  second.tabs.lead(() => led.push("second"));
  await until(() => led.length === 1);
  first.tabs.close();
  await until(() => led.length === 2);

  assert.deepEqual(led, ["first", "second"]);
});

test("without Web Locks a lease in storage keeps two tabs apart", async () => {
  const local = new Room();
  const tabs = ["a", "b"].map(() => new Tabs({ name: "l", locks: null, storage: local, Channel: null }));
  const order = [];
  const work = (name) => async () => {
    order.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push(`${name} out`);
  };
  await Promise.all([tabs[0].alone("send", work("a")), tabs[1].alone("send", work("b"))]);

  assert.deepEqual(order, ["a in", "a out", "b in", "b out"]);
});

test("a duplicate of a tab has a name of its own, a reload keeps it", async () => {
  const locks = new Locks();
  const session = new Room();
  const first = new Tabs({ name: "d", locks, storage: new Room(), Channel: null });
  const name = await first.lineage(session, "helper_page");
  const duplicate = new Tabs({ name: "d", locks, storage: new Room(), Channel: null });
  const copied = new Room();
  copied.setItem("helper_page", name);
  assert.notEqual(await duplicate.lineage(copied, "helper_page"), name);
  first.close();
  const reloaded = new Tabs({ name: "d", locks, storage: new Room(), Channel: null });
  assert.equal(await reloaded.lineage(session, "helper_page"), name);
});
