import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Api, personOf } from "../../helpers/static/client/1.0.0/api.js";
import { DataService } from "../../helpers/static/client/1.0.0/data-service.js";
import { HelperImporter } from "../../helpers/static/client/1.0.0/importer.js";
import { Live } from "../../helpers/static/client/1.0.0/live.js";
import { HelperManager } from "../../helpers/static/client/1.0.0/manager.js";
import { Outbox } from "../../helpers/static/client/1.0.0/outbox.js";
import { Saver } from "../../helpers/static/client/1.0.0/saver.js";
import { Shelf } from "../../helpers/static/client/1.0.0/shelf.js";
import { Tabs } from "../../helpers/static/client/1.0.0/tabs.js";
import { CASE, Locks, PERSON, Room, openOffice, until } from "./office.mjs";

let office;
let open;

beforeEach(async () => {
  office = await openOffice();
  open = [];
});

afterEach(async () => {
  for (const { saver, manager, tabs, live } of open) {
    for (const part of [live, saver, tabs]) part.close();
    manager.stop();
  }
  await office.close();
});

function page({ locks = new Locks(), name = crypto.randomUUID(), supabase, make, report } = {}) {
  const api = new Api({ base: office.base, getToken: async () => office.token });
  const tabs = new Tabs({ name, locks, storage: new Room() });
  tabs.channel?.unref();
  const saver = new Saver({ api, outbox: new Outbox(null), tabs, waits: [0.02] });
  const manager = new HelperManager({ api, saver, shelf: new Shelf(new Room(), new Room()), lineage: name, seconds: { look: 100 } });
  const live = new Live({ api, tabs, manager, supabase });
  const data = new DataService({ api, saver, manager, make, supabase, report });
  const made = { api, tabs, saver, manager, live, data };
  open.push(made);
  return made;
}

const change = (version, caseId = CASE) => office.tell("change", { type: "case_helper.saved", case_id: caseId, version, at: "" });

test("somebody else's save is told with the new helper, once, by ETag", async () => {
  const { manager, live } = page();
  await manager.openCase(CASE);
  const told = [];
  live.onHelperChanged(CASE, (news) => told.push(news));
  await until(() => office.streams.size === 1, "the stream");
  office.texts.push('{"meta": {"n": 2.50}}');
  change(2);
  change(2);
  await until(() => told.length === 1);
  change(2, "22222222-2222-4222-8222-222222222222");
  await new Promise((resolve) => setTimeout(resolve, 80));

  assert.equal(told.length, 1);
  assert.equal(told[0].text, '{"meta": {"n": 2.50}}');
  assert.deepEqual([told[0].version, told[0].helper.meta.n, told[0].head.helper_name], [2, 2.5, "12345678_helper_v2"]);
});

test("the page's own save is no news to it", async () => {
  const { manager, live } = page();
  await manager.openCase(CASE);
  const told = [];
  live.onHelperChanged(CASE, (news) => told.push(news));
  await until(() => office.streams.size === 1);
  manager.changed('{"meta": {"n": 5}}');
  const saving = manager.incrementVersion();
  change(2);
  await saving;
  change(2);
  await new Promise((resolve) => setTimeout(resolve, 80));

  assert.deepEqual(told, []);
});

test("a stream that broke is opened anew with a fresh ticket, and goes on from the last number", async () => {
  const { manager, live } = page();
  await manager.openCase(CASE);
  const told = [];
  live.onHelperChanged(CASE, ({ version }) => told.push(version));
  await until(() => office.streams.size === 1);
  office.texts.push('{"n": 2}');
  change(2);
  await until(() => told.length === 1);
  office.hangUp();
  const streams = () => office.heard.filter(({ name }) => name === "stream");
  await until(() => streams().length === 2);

  assert.deepEqual(streams().map(({ ticket }) => ticket), ["n1", "n2"]);
  assert.deepEqual(streams().map(({ headers }) => headers["last-event-id"]), [undefined, "1"]);
  assert.ok(streams().every(({ headers }) => headers.authorization === undefined));
});

test("after a gap everything that is watched is looked at", async () => {
  const { manager, live } = page();
  await manager.openCase(CASE);
  const told = [];
  live.onHelperChanged(CASE, ({ version }) => told.push(version));
  await until(() => office.streams.size === 1);
  office.texts.push('{"n": 2}', '{"n": 3}');
  office.tell("resync", {});
  await until(() => told.length === 1);

  assert.deepEqual(told, [3]);
});

test("two tabs share one stream, and both are told", async () => {
  const [name, locks] = ["shared", new Locks()];
  const told = [];
  for (const tab of [page({ name, locks }), page({ name, locks })]) {
    await tab.manager.openCase(CASE);
    tab.live.onHelperChanged(CASE, ({ version }) => told.push(version));
  }
  await until(() => office.streams.size === 1);
  office.texts.push('{"n": 2}');
  change(2);
  await until(() => told.length === 2);

  assert.equal(office.streams.size, 1);
});

test("who stops listening hears no more", async () => {
  const { manager, live } = page();
  await manager.openCase(CASE);
  const told = [];
  const leave = live.onHelperChanged(CASE, (news) => told.push(news));
  await until(() => office.streams.size === 1);
  leave();
  office.texts.push('{"n": 2}');
  change(2);
  await new Promise((resolve) => setTimeout(resolve, 80));

  assert.deepEqual(told, []);
});

test("with Supabase the same news comes by Realtime", async () => {
  const asked = [];
  const heard = [];
  const channel = {
    on: (kind, what, hear) => (asked.push([kind, what.table, what.filter]), heard.push(hear), channel),
    subscribe: (said) => (said("SUBSCRIBED"), channel),
  };
  const supabase = { channel: () => channel, removeChannel: (one) => asked.push(["removed", one === channel]) };
  const { manager, live } = page({ supabase });
  await manager.openCase(CASE);
  const told = [];
  const leave = live.onHelperChanged(CASE, ({ version }) => told.push(version));
  office.texts.push('{"n": 2}');
  heard.forEach((hear) => hear({}));
  await until(() => told.length === 1);
  leave();

  assert.deepEqual(asked, [
    ["postgres_changes", "case_helper", `case_id=eq.${CASE}`],
    ["postgres_changes", "cases", `id=eq.${CASE}`],
    ["removed", true],
  ]);
  assert.equal(office.streams.size, 0);
});

const service = (flags, make = {}, supabase) => {
  office.flagsNow = { writers: {}, ...flags };
  const reports = [];
  return { ...page({ make, supabase, report: (one) => reports.push([one.way, one.make, one.ours]) }), reports };
};

test("parts are read from Make until their switch is turned", async () => {
  const { data, reports, api } = service({}, { getParts: async (caseId) => [`make ${caseId}`] });
  assert.deepEqual(await data.getParts(CASE), [`make ${CASE}`]);
  office.flagsNow = { USE_SUPABASE_PARTS: true, writers: {} };
  assert.deepEqual(await data.getParts(CASE), [`make ${CASE}`]);
  data.kept.get(CASE).until = 0;
  api.call = ((call) => (method, path, more) => (path.startsWith("/parts") ? { json: () => ["ours", path] } : call.call(api, method, path, more)))(api.call);

  assert.deepEqual(await data.getParts(CASE), ["ours", `/parts/search-results?case_id=${CASE}`]);
  assert.deepEqual(reports.at(-1), ["supabase", "left out", "done"]);
});

for (const [writer, flag, way, made, ours] of [
  ["make", false, "make", 1, 0],
  ["make", true, "dual", 1, 1],
  ["dual", false, "dual", 1, 1],
  ["supabase", true, "supabase", 0, 1],
]) {
  test(`a helper goes its way with writer ${writer} and the switch ${flag ? "on" : "off"}`, async () => {
    const sent = [];
    const { data, reports } = service({ USE_SUPABASE_HELPER: flag, writers: { helper: writer } }, { saveHelper: async (...said) => sent.push(said) });
    const outcome = await data.saveHelper(CASE, { meta: { n: 9 } });

    assert.equal(outcome.way, way);
    assert.equal(sent.length, made);
    assert.equal(office.saves().length, ours);
    assert.deepEqual(reports, [[way, made ? "done" : "left out", ours ? "done" : "left out"]]);
  });
}

test("of two ways one may fail, and is told; the only one may not", async () => {
  const down = { saveHelper: async () => Promise.reject(new Error("Make is down")) };
  const dual = service({ writers: { helper: "dual" } }, down);
  assert.equal((await dual.data.saveHelper(CASE, { n: 2 })).make, "failed");
  assert.deepEqual(dual.reports, [["dual", "failed", "done"]]);
  const alone = service({}, down);
  await assert.rejects(alone.data.saveHelper(CASE, { n: 3 }), /Make is down/);
});

test("with Supabase a helper goes by its own rpc", async () => {
  const asked = [];
  const supabase = { rpc: async (...said) => (asked.push(said), { data: { version: 2 }, error: null }) };
  const { data } = service({ USE_SUPABASE_HELPER: true }, { saveHelper: async () => {} }, supabase);
  await data.saveHelper(CASE, { n: 2 });

  assert.deepEqual(asked, [["sync_helper", { case_id: CASE, helper_json: { n: 2 }, source: "system" }]]);
});

test("where the switches cannot be read the last known ones count, and else Make", async () => {
  const { data, api } = service({ writers: { helper: "supabase" } }, { saveHelper: async () => "make" });
  await data.flags(CASE);
  data.kept.get(CASE).until = 0;
  api.base = "http://127.0.0.1:1/api/v1";
  assert.equal((await data.flags(CASE)).writers.helper, "supabase");
  data.kept.clear();
  assert.equal((await data.saveHelper(CASE, {})).result, "make");
});

test("a helper is looked at before it is imported", () => {
  const importer = new HelperImporter({});
  const named = { name: "12345678_helper_v3", source: "system", date: "2026-11-22T10:00:00Z", plateNumber: "12-345-678", version: 3, data: { meta: {} } };
  for (const good of [named, { meta: { plate: "12345678" } }, { helper_data: { meta: {} } }, [named], JSON.stringify(named), "\uFEFF{\"meta\":{}}"]) {
    assert.equal(importer.validateHelper(good), true, JSON.stringify(good));
  }
  for (const [field, wrong] of Object.entries({ name: "x", source: "ui", date: "yesterday", plateNumber: "12", version: 0, data: [] })) {
    assert.deepEqual(importer.problemsOf({ ...named, [field]: wrong }), [field]);
  }
  for (const bad of [null, 5, "{", [], [named, named], {}, "text"]) assert.equal(importer.validateHelper(bad), false, JSON.stringify(bad));
});

test("a token says whose work it is, and what is none says nobody's", () => {
  assert.equal(personOf(office.token), PERSON);
  for (const wrong of ["", "a.b.c", "x", null, undefined]) assert.equal(personOf(wrong), null);
});
