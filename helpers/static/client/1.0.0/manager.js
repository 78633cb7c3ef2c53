// The helper of the open case: its name and version as the server gave them, its content as the page keeps it.

import { ApiError } from "./api.js";
import { isObject, keepDigits, memberText, saysTheSame } from "./json-text.js";
import { whoIsIn } from "./plates.js";
import { Shelf } from "./shelf.js";

const AFTER_SECONDS = 3;
const AT_LATEST_SECONDS = 15;
const LOOK_SECONDS = 1;

/** `read()` gives the page's helper as text; by default what the existing UI keeps in its storage. */
export class HelperManager extends EventTarget {
  constructor({ api, saver, shelf = new Shelf(), read = null, lineage = null, seconds = {} }) {
    super();
    Object.assign(this, { api, saver, shelf, lineage });
    this.readPage = read ?? (() => shelf.pageText());
    this.seconds = { after: AFTER_SECONDS, atLatest: AT_LATEST_SECONDS, look: LOOK_SECONDS, ...seconds };
    this.reset();
    saver.addEventListener("settled", ({ entry, outcome }) => this.settled(entry, outcome));
    saver.addEventListener("conflict", ({ entry }) => this.conflict(entry));
    saver.addEventListener("refused", ({ entry }) => this.say("refused", { caseId: entry.caseId, ...entry.details }));
  }

  reset() {
    this.stop();
    Object.assign(this, { currentHelper: null, plateNumber: null, version: null, caseId: null });
    Object.assign(this, { acknowledged: null, seen: null, unsent: null, since: null, isMerging: false });
    this.isReplaced = false;
  }

  say(type, more = {}) {
    this.dispatchEvent(Object.assign(new Event(type), more));
  }

  getCurrentHelper() {
    return this.currentHelper;
  }

  /** Open a case for a plate, or go on with the one that is open; its helper gets its first name. */
  async createHelper(plateNumber, data = {}) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    try {
      const body = `{"plate":${JSON.stringify(String(plateNumber))},"helper":${text}}`;
      const opened = (await this.api.call("POST", "/cases", { body })).json();
      const helper = await this.openCase(opened.case_id);
      this.say("created", { helper });
      return helper;
    } catch (error) {
      if (error.code !== "open_case_exists") throw error;
      return this.openCase(error.details.case_id);
    }
  }

  /** Load a case's current helper and make it the page's. */
  async openCase(caseId) {
    await this.flush();
    return this.adopt(await this.fetch(`/cases/${caseId}/helper`));
  }

  async openPlate(plate) {
    await this.flush();
    return this.adopt(await this.fetch(`/plates/${encodeURIComponent(plate)}/helper`));
  }

  /** `{head, text}` of an answer; null where the caller's version is still the current one. */
  async fetch(path, known = null) {
    const answer = await this.api.call("GET", path, { headers: known ? { "If-None-Match": `"v${known}"` } : {} });
    if (answer.status === 304) return null;
    const { helper: _, ...head } = answer.json();
    return { head, text: memberText(answer.text, "helper") };
  }

  /** Take what the server has: the page's storage gets its text as it is, `replaced` tells the page. */
  adopt({ head, text }) {
    this.reset();
    // What stands in the page from here on is not what was sent before.
    this.isReplaced = true;
    this.take(head, text);
    this.shelf.setPage(text) || this.say("quota");
    this.seen = this.readPage();
    this.saveToSession();
    this.watch();
    this.say("replaced", { helper: this.currentHelper, text });
    this.say("state", { state: "saved" });
    return this.currentHelper;
  }

  take(head, text) {
    this.caseId = head.case_id ?? this.caseId;
    this.plateNumber = head.plate ?? this.plateNumber;
    this.version = head.version;
    this.acknowledged = text;
    const { helper_name: name, source, date } = head;
    const envelope = { name, source, date, plateNumber: this.plateNumber, version: this.version, caseId: this.caseId };
    // Parsed when somebody asks: a helper may pass a megabyte.
    Object.defineProperty(envelope, "data", { enumerable: true, configurable: true, get: () => JSON.parse(text) });
    this.currentHelper = envelope;
  }

  /** Save now; the number comes from the server, and stays where nothing changed. null without a helper. */
  async incrementVersion({ trigger = "manual", label } = {}) {
    if (!this.currentHelper) return null;
    await this.flush(trigger, label);
    return this.currentHelper;
  }

  /** Say that the helper changed, with its new content: for pages that do not keep it in the UI's storage. */
  changed(helper) {
    const text = typeof helper === "string" ? helper : JSON.stringify(helper);
    if (!this.shelf.setPage(text)) this.say("quota");
    this.look(text);
  }

  saveToSession() {
    if (!this.currentHelper) return false;
    const { data: _, ...head } = Object.getOwnPropertyDescriptors(this.currentHelper);
    const kept = this.shelf.setCurrent(Object.defineProperties({}, head), this.acknowledged);
    if (!kept) this.say("quota");
    return kept;
  }

  /** Go on after a reload: what the server acknowledged, and what the page changed since. */
  loadFromSession() {
    const found = this.shelf.current();
    if (!found) return null;
    const { head, text } = found;
    this.reset();
    const told = { ...head, helper_name: head.name, plate: head.plateNumber, case_id: head.caseId };
    this.take(told, text ?? this.readPage() ?? "{}");
    // Where a full quota kept the text away, nothing is known to be acknowledged.
    if (text === null) this.acknowledged = null;
    this.watch();
    return this.currentHelper;
  }

  watch() {
    this.stop();
    this.looking = setInterval(() => this.look(), this.seconds.look * 1000);
    this.looking.unref?.();
  }

  stop() {
    clearInterval(this.looking);
    clearTimeout(this.saving);
  }

  /** Has the page changed its helper? Then save it once it rests, or after a while if it never does. */
  look(text = this.readPage()) {
    if (!this.caseId || text === this.seen) return;
    this.seen = text;
    if (!isObject(text)) return;
    if (!this.isOurs(text)) return this.pause();
    const exact = keepDigits(this.acknowledged ?? "{}", text);
    this.unsent = this.acknowledged !== null && saysTheSame(this.acknowledged, exact) ? null : exact;
    clearTimeout(this.saving);
    if (this.unsent === null) {
      this.since = null;
      return this.say("state", { state: "saved" });
    }
    this.since ??= Date.now();
    const left = this.since + this.seconds.atLatest * 1000 - Date.now();
    this.saving = setTimeout(() => this.flush("autosave"), Math.max(0, Math.min(this.seconds.after * 1000, left)));
    this.saving.unref?.();
    this.say("state", { state: "unsaved" });
  }

  /** False where the page went on to another case, or to an empty skeleton, without telling us. */
  isOurs(text) {
    const now = whoIsIn(text);
    const before = whoIsIn(this.acknowledged ?? "{}");
    const isSame = (one, ours) => now[one] === before[one] || now[one] === ours;
    return isSame("plate", this.plateNumber) && isSame("caseId", this.caseId);
  }

  pause() {
    clearTimeout(this.saving);
    this.unsent = null;
    this.say("othercase", { caseId: this.caseId });
    this.say("state", { state: "paused" });
  }

  /** Send what is unsaved, one save after the other. */
  flush(trigger = "autosave", label) {
    const before = this.flushing;
    const turn = async () => {
      await before?.catch(() => {});
      return this.send(trigger, label);
    };
    this.flushing = turn();
    return this.flushing;
  }

  async send(trigger, label) {
    this.look();
    clearTimeout(this.saving);
    const text = this.unsent;
    if (text === null) return { state: "unchanged", version: this.version };
    Object.assign(this, { unsent: null, since: null });
    const { caseId, version, lineage, isMerging: merge } = this;
    Object.assign(this, { inHand: text, isReplaced: false });
    return this.saver.save({ caseId, version, lineage, text, trigger, label, merge });
  }

  async settled(entry, outcome) {
    if (entry.kind !== "save" || entry.caseId !== this.caseId || entry.lineage !== this.lineage) return;
    const text = entry.text ?? this.inHand;
    if (entry.merge || this.isReplaced) return this.takeCurrent(text, entry.merge ? "merged" : "saved", outcome);
    this.take({ ...outcome, helper_name: outcome.name }, text);
    this.saveToSession();
    this.seen = null;
    this.look();
    this.say("saved", { helper: this.currentHelper, outcome });
  }

  /** The page does not show what the server has now, so it has to have that before it saves again. */
  async takeCurrent(sent, type, outcome) {
    const current = await this.fetch(`/cases/${this.caseId}/helper`);
    const now = this.readPage();
    // A page that was opened anew while its own save waited shows what it was opened with.
    const shown = this.isReplaced ? (this.acknowledged ?? sent) : sent;
    if (isObject(now) && !saysTheSame(shown, keepDigits(shown, now))) {
      // The page went on meanwhile: what it saves next is merged too, over the version it read.
      this.isMerging = true;
      return this.say("state", { state: "unsaved" });
    }
    this.adopt(current);
    this.say(type, { helper: this.currentHelper, outcome });
  }

  /** Offer what can be done when somebody else saved first. */
  conflict(entry) {
    const { caseId } = entry;
    const told = entry.details?.details ?? {};
    const isOpen = caseId === this.caseId;
    const reload = async () => {
      await this.saver.decide(entry, "reload");
      this.stop();
      this.unsent = null;
      return isOpen ? this.adopt(await this.fetch(`/cases/${caseId}/helper`)) : null;
    };
    const compare = async () =>
      (await this.api.call("GET", `/cases/${caseId}/helper/compare?from=${told.your_version}&to=current`)).json();
    this.say("conflict", {
      caseId,
      currentVersion: told.current_version,
      yourVersion: told.your_version,
      changedSections: told.changed_sections ?? [],
      conflictingPointers: told.conflicting_pointers ?? [],
      compare,
      merge: () => this.saver.decide(entry, "merge"),
      reload,
    });
  }

  /** True where a newer version than the one named holds this text already. */
  async isCurrent(caseId, version, text) {
    try {
      const found = await this.fetch(`/cases/${caseId}/helper`, version);
      return found !== null && saysTheSame(found.text, text);
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }
}
