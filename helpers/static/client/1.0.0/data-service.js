// The requirement's DataService: each module goes to Make, to us, or to both, as the office's switches say.

const FRESH_SECONDS = 30;
/** The switch of reading, the module whose writer counts, and where we keep it. */
const MODULES = {
  parts: { flag: "USE_SUPABASE_PARTS", path: (caseId) => `/parts/search-results?case_id=${caseId}` },
  invoices: { flag: "USE_SUPABASE_INVOICES", path: (caseId) => `/invoices?case_id=${caseId}` },
  helper: { flag: "USE_SUPABASE_HELPER", path: (caseId) => `/cases/${caseId}/helper` },
  tracking: { flag: "USE_SUPABASE_TRACKING", path: (caseId) => `/tracking/general?case_id=${caseId}` },
  levi: { flag: "USE_SUPABASE_LEVI", path: (caseId) => `/levi-reports?case_id=${caseId}` },
};

export class DataService {
  /**
   * `make` holds the page's own ways to Make, by name: `getParts(caseId)`, `saveHelper(caseId, helper)` and so on.
   * `report({module, did, way, make, ours, error})` hears what each call did. With `supabase`, helpers go by its rpc.
   */
  constructor({ api, saver, manager, make = {}, supabase = null, report = () => {} }) {
    Object.assign(this, { api, saver, manager, make, supabase, report, kept: new Map() });
  }

  /** The switches of a case, half a minute old at most; the last known ones where we are not reached. */
  async flags(caseId) {
    const known = this.kept.get(caseId);
    if (known && known.until > Date.now()) return known.flags;
    try {
      const flags = (await this.api.call("GET", `/flags${caseId ? `?case_id=${caseId}` : ""}`)).json();
      this.kept.set(caseId, { flags, until: Date.now() + FRESH_SECONDS * 1000 });
      return flags;
    } catch (error) {
      if (known) return known.flags;
      if (error.isPassing) return { writers: {} };
      throw error;
    }
  }

  getParts(caseId) {
    return this.get("parts", "getParts", caseId);
  }

  getInvoices(caseId) {
    return this.get("invoices", "getInvoices", caseId);
  }

  getTracking(caseId) {
    return this.get("tracking", "getTracking", caseId);
  }

  getLevi(caseId) {
    return this.get("levi", "getLevi", caseId);
  }

  getHelper(caseId) {
    return this.get("helper", "getHelper", caseId);
  }

  /** Read a module where it stands. */
  async get(module, name, caseId) {
    const { flag, path } = MODULES[module];
    const isOurs = (await this.flags(caseId))[flag] === true;
    if (!isOurs && !this.make[name]) throw new Error(`make.${name} is not given, and ${flag} is off`);
    const told = { module, did: "read", way: isOurs ? "supabase" : "make" };
    try {
      const found = isOurs ? (await this.api.call("GET", path(caseId))).json() : await this.make[name](caseId);
      this.report({ ...told, make: isOurs ? "left out" : "done", ours: isOurs ? "done" : "left out" });
      return found;
    } catch (error) {
      this.report({ ...told, make: isOurs ? "left out" : "failed", ours: isOurs ? "failed" : "left out", error });
      throw error;
    }
  }

  /** Save a helper: to Make until the cutover, and to us where the switch is on or we are a writer. */
  saveHelper(caseId, helper) {
    return this.put("helper", caseId, {
      make: () => this.make.saveHelper?.(caseId, helper),
      ours: () => this.saveOurs(caseId, helper),
    });
  }

  /** Write a module by its switches; `make` and `ours` are the two ways of it. */
  async put(module, caseId, { make, ours }) {
    const flags = await this.flags(caseId);
    const writer = flags.writers[module] ?? "make";
    const isOurs = writer !== "make" || flags[MODULES[module]?.flag] === true;
    const way = writer === "supabase" ? "supabase" : isOurs ? "dual" : "make";
    const [toMake, toUs] = await Promise.allSettled([way === "supabase" ? null : make(), isOurs ? ours() : null]);
    const said = (one, isUsed) => (isUsed ? (one.status === "fulfilled" ? "done" : "failed") : "left out");
    const error = [toMake, toUs].find((one) => one.status === "rejected")?.reason;
    const did = { make: said(toMake, way !== "supabase"), ours: said(toUs, isOurs) };
    const outcome = { module, did: "write", way, ...did, error };
    this.report(outcome);
    // One of two may fail: it is told, and the other holds the content. The only one may not.
    if (error && (way !== "dual" || (outcome.make === "failed" && outcome.ours === "failed"))) throw error;
    return { ...outcome, result: toUs.value ?? toMake.value ?? null };
  }

  async saveOurs(caseId, helper) {
    if (this.supabase) {
      const read = typeof helper === "string" ? JSON.parse(helper) : helper;
      const said = { case_id: caseId, helper_json: read, source: "system" };
      const { data, error } = await this.supabase.rpc("sync_helper", said);
      if (error) throw Object.assign(new Error(error.message), error);
      return data;
    }
    if (this.manager.caseId === caseId) {
      this.manager.changed(helper);
      return this.manager.flush("manual");
    }
    const text = typeof helper === "string" ? helper : JSON.stringify(helper);
    const { head } = await this.manager.fetch(`/cases/${caseId}/helper`);
    return this.saver.save({ caseId, version: head.version, lineage: `service:${caseId}`, text });
  }
}
