// One page of the UI, as plain as the existing ones: it keeps the helper in sessionStorage and knows nothing of versions.

import { start } from "/static/client/1.0.0/client.js";

const words = JSON.parse(document.getElementById("words").textContent);
const place = (id) => document.getElementById(id);
// A name in a sentence keeps its own direction: U+2066 and U+2069 isolate it.
const say = (key, holes = {}) => {
  place("told").textContent = words[key].replace(/\{(\w+)\}/g, (_, name) => `\u2066${holes[name]}\u2069`);
};
const steps = (path) => path.split("/").slice(1);
let isOut = false;
// The news of one's own merge may come before its answer.
let isMerging = false;

const client = await start({
  getToken: async () => {
    if (isOut) return null;
    return (await (await fetch(`token${location.search}`)).json()).token;
  },
  language: document.documentElement.lang,
  populateModules: show,
  onReplaced: ({ helper }) => show(helper.data),
  onSaved: ({ helper }) => {
    say("saved", { name: helper.name });
    showVersions();
  },
  onMerged: ({ helper }) => {
    isMerging = false;
    say("merged", { name: helper.name });
  },
  onImported: ({ helper }) => say("imported", { name: helper.name }),
  onConflict: ask,
});
const { manager } = client;
let leaveNews = () => {};

function show(helper) {
  place("case").hidden = false;
  place("name").textContent = manager.currentHelper.name;
  for (const field of document.querySelectorAll("[data-path]")) {
    const value = steps(field.dataset.path).reduce((at, step) => at?.[step], helper) ?? "";
    // Where somebody is writing, the letters stay.
    if (field !== document.activeElement) field.value = value;
  }
  showVersions();
}

async function showVersions() {
  const { caseId } = manager;
  if (!caseId) return;
  const rows = (await client.api.call("GET", `/cases/${caseId}/helper/versions?limit=10`)).json();
  place("name").textContent = manager.currentHelper.name;
  place("versions").replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("li");
      line.value = row.version;
      const name = document.createElement("bdi");
      name.textContent = row.helper_name;
      const moment = new Date(row.date).toLocaleTimeString(document.documentElement.lang);
      line.append(name, ` · ${row.saved_by_name ?? ""} · ${moment}`);
      return line;
    }),
  );
}

// As the existing pages do it: read the whole, change a place, write the whole.
function write(field) {
  const helper = JSON.parse(sessionStorage.helper);
  const path = steps(field.dataset.path);
  const last = path.pop();
  let at = helper;
  for (const step of path) at = at[step] ??= {};
  at[last] = field.value;
  sessionStorage.helper = JSON.stringify(helper);
}

for (const field of document.querySelectorAll("[data-path]")) field.addEventListener("input", () => write(field));

function listen() {
  leaveNews();
  const { caseId } = manager;
  leaveNews = client.onHelperChanged(caseId, async ({ version, head }) => {
    if (isMerging || manager.caseId !== caseId || version <= manager.version) return;
    const name = head.helper_name;
    if (manager.unsent !== null) return say("newsWaits", { name });
    await manager.openCase(caseId);
    // A merge may have ended meanwhile; what it said stays.
    if (manager.version === version) say("news", { name });
  });
}

async function ask({ currentVersion, compare, merge, reload }) {
  const { changes } = await compare();
  place("changes").replaceChildren(
    ...changes.slice(0, 8).map((change) => {
      const line = document.createElement("li");
      const pointer = document.createElement("bdi");
      pointer.dir = "ltr";
      pointer.textContent = change.pointer;
      line.append(pointer, ` – ${words.was}: ${shown(change.before)}, ${words.became}: ${shown(change.after)}`);
      return line;
    }),
  );
  place("merge").onclick = async () => {
    place("conflict").close();
    isMerging = true;
    await merge();
  };
  place("reload").onclick = async () => {
    place("conflict").close();
    const helper = await reload();
    say("reloaded", { name: helper?.name ?? `v${currentVersion}` });
  };
  place("conflict").showModal();
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value ?? "—")).slice(0, 80);

/** Do it, and say where it fails why. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say("failed", { reason: error.hint ?? error.message });
  }
}

place("opening").addEventListener("submit", (event) => {
  event.preventDefault();
  const plate = place("plate").value.replace(/\D/g, "");
  if (!/^\d{7,8}$/.test(plate)) return say("badPlate");
  isOut = false;
  attempt(async () => {
    try {
      await (event.submitter?.value === "create" ? manager.createHelper(plate, { meta: { plate } }) : manager.openPlate(plate));
    } catch (error) {
      if (error.status === 404) return say("notFound");
      throw error;
    }
    place("told").textContent = "";
    listen();
  });
});

place("save").addEventListener("click", () => attempt(() => manager.incrementVersion()));
place("import").append(client.importer.createImportButton());
place("logout").addEventListener("click", () =>
  attempt(async () => {
    const { state } = await client.session.handleLogout();
    leaveNews();
    isOut = true;
    place("case").hidden = true;
    say(state === "queued" ? "queued" : "exported");
  }),
);

if (manager.caseId) {
  show(JSON.parse(sessionStorage.helper ?? "{}"));
  listen();
}
document.body.dataset.ready = "yes";
