// The whole client: `start()` makes one of each and connects them. Version 1.0.0.

import { Api, ApiError } from "./api.js";
import { DataService } from "./data-service.js";
import { HelperExportService } from "./export.js";
import { HelperImporter } from "./importer.js";
import { defineIndicator } from "./indicator.js";
import { Live } from "./live.js";
import { HelperManager } from "./manager.js";
import { Outbox } from "./outbox.js";
import { Saver } from "./saver.js";
import { SessionManager } from "./session.js";
import { LINEAGE, Shelf } from "./shelf.js";
import { Tabs } from "./tabs.js";

export { ApiError, DataService, HelperExportService, HelperImporter, HelperManager, SessionManager };
export const VERSION = "1.0.0";

/** Callback names of `start`, and what they hear of. */
const HEARD = {
  onCreated: "created",
  onReplaced: "replaced",
  onSaved: "saved",
  onMerged: "merged",
  onConflict: "conflict",
  onRefused: "refused",
  onQuota: "quota",
  onOtherCase: "othercase",
  onImported: "imported",
  onImportFailed: "importfailed",
};

/** Everything, connected, and the last session's work on its way. docs/reference/client.md lists the options. */
export async function start({ base, getToken, apikey, language = "he", supabase = null, ...more }) {
  const { make, report, read, populateModules } = more;
  const api = new Api({ base, getToken, apikey, language });
  const shelf = new Shelf();
  const tabs = new Tabs();
  const lineage = await tabs.lineage(shelf.session, LINEAGE);
  const saver = new Saver({ api, outbox: new Outbox(), tabs });
  const manager = new HelperManager({ api, saver, shelf, read, lineage, seconds: more.seconds });
  const exporter = new HelperExportService({ api, saver, manager });
  const importer = new HelperImporter({ api, manager, populateModules, language });
  const session = new SessionManager({ saver, manager, exporter, shelf });
  const live = new Live({ api, tabs, manager, supabase });
  const data = new DataService({ api, saver, manager, make, supabase, report });
  for (const [name, type] of Object.entries(HEARD)) if (more[name]) manager.addEventListener(type, more[name]);
  if (more.onSignedOut) saver.addEventListener("signedout", more.onSignedOut);
  defineIndicator();
  showState(manager, saver, more.onState);

  session.setupUnloadListener();
  manager.loadFromSession();
  if (manager.caseId) exporter.fetchTicket();
  const started = session.checkPendingExports().catch((error) => {
    if (!(error instanceof ApiError)) throw error;
  });
  return {
    api, manager, exporter, importer, session, live, data, saver, started,
    onHelperChanged: (caseId, callback) => live.onHelperChanged(caseId, callback),
    stop() {
      for (const part of [live, exporter, saver, tabs]) part.close();
      manager.stop();
    },
  };
}

/** What is unsaved on the page outweighs a queue that is empty. */
function showState(manager, saver, onState = () => {}) {
  let page = "saved";
  let queue = { state: "saved", isLasting: true };
  const show = () => {
    const shown = queue.state === "saved" || page === "paused" ? { ...queue, state: page } : queue;
    onState(shown);
    for (const element of document.querySelectorAll("helper-save-state")) element.show(shown);
  };
  manager.addEventListener("state", ({ state }) => {
    page = state;
    show();
  });
  saver.addEventListener("state", ({ state, waiting, isLasting }) => {
    queue = { state, waiting, isLasting };
    show();
  });
}
