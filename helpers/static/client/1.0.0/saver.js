// Sending what waits, oldest first, one tab at a time, until the server has said yes or no to each.

import { ApiError } from "./api.js";

const WAITS = [1, 2, 5, 10, 30, 60];

/** The request of a save; the helper goes in as the text it is. */
function bodyOf({ version, text, trigger, label, merge }) {
  const said = { version, trigger };
  if (label) said.label = label;
  if (merge) said.on_conflict = "merge";
  return `${JSON.stringify(said).slice(0, -1)},"helper":${text}}`;
}

/** Tells `state` (of all work), `settled` (one entry went through), `conflict`, `refused` and `signedout`. */
export class Saver extends EventTarget {
  constructor({ api, outbox, tabs, waits = WAITS }) {
    super();
    Object.assign(this, { api, outbox, tabs, waits });
    this.failures = 0;
    this.outcomes = new Map();
    this.person = null;
    tabs.addEventListener("told", ({ said }) => said.kind === "settled" && this.settled(said.entry, said.outcome));
    globalThis.addEventListener?.("online", () => this.drain());
  }

  say(type, more) {
    this.dispatchEvent(Object.assign(new Event(type), more));
  }

  async owner() {
    return (this.person = (await this.api.person()) ?? this.person);
  }

  /** Queue a save and try to send it; what became of it: `saved`, `unchanged`, `queued`, `conflict` or `refused`. */
  async save(work) {
    return this.work({ trigger: "manual", ...work, kind: "save" });
  }

  /** Queue the export of a case, after everything that waits before it. */
  async export(work) {
    return this.work({ ...work, kind: "export" });
  }

  async work(work) {
    const entry = await this.outbox.add({ state: "waiting", owner: await this.owner(), ...work });
    this.say("queued", { entry });
    await this.drain();
    return this.outcomeOf(entry);
  }

  async outcomeOf({ revision, id }) {
    for (let turns = 0; turns < 20 && !this.outcomes.has(revision); turns += 1) {
      const waiting = (await this.outbox.entries(this.person)).find((one) => one.id === id);
      if (waiting) return { state: waiting.state === "waiting" ? "queued" : waiting.state, details: waiting.details };
      // Another tab sent it, and its word is on the way.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const outcome = this.outcomes.get(revision) ?? { state: "queued" };
    this.outcomes.delete(revision);
    return outcome;
  }

  /** Send everything that waits. Joined by whoever asks while it runs. */
  drain() {
    clearTimeout(this.timer);
    this.asked = true;
    this.draining ??= this.run();
    return this.draining;
  }

  async run() {
    try {
      while (this.asked) {
        this.asked = false;
        await this.tabs.alone("send", () => this.sendAll());
      }
    } finally {
      this.draining = null;
    }
  }

  async sendAll() {
    try {
      const owner = await this.owner();
      for (let entry; (entry = await this.outbox.next(owner)); this.failures = 0) await this.send(entry);
      await this.tellState();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.later(error);
    }
  }

  async send(entry) {
    await this.tellState(entry);
    try {
      await this.settle(entry, entry.kind === "save" ? await this.put(entry) : await this.post(entry));
    } catch (error) {
      if (!(error instanceof ApiError) || error.isPassing || error.status === 401) throw error;
      await this.refuse(entry, error);
    }
  }

  async put(entry, keepalive = false) {
    const body = bodyOf(entry);
    const said = (await this.api.call("PUT", `/cases/${entry.caseId}/helper`, { body, keepalive })).json();
    const { version, helper_name: name, source, date, changed_sections: changedSections, merged = false } = said;
    return { state: said.unchanged ? "unchanged" : "saved", version, name, source, date, changedSections, merged };
  }

  async post({ caseId, reason }) {
    const body = JSON.stringify({ reason });
    const said = (await this.api.call("POST", `/cases/${caseId}/helper/export`, { body })).json();
    return { state: "exported", exportedVersion: said.version, name: said.helper_name, isQueued: said.queued };
  }

  async settle(entry, outcome) {
    // A merged version holds more than this page knows; the page's own next save goes over it only once it was read.
    await this.outbox.settle(entry, entry.merge ? undefined : outcome.version);
    this.settled(entry, outcome);
    const { text: _, ...bare } = entry;
    this.tabs.tell({ kind: "settled", entry: bare, outcome });
  }

  settled(entry, outcome) {
    this.outcomes.set(entry.revision, outcome);
    if (this.outcomes.size > 50) this.outcomes.delete(this.outcomes.keys().next().value);
    this.say("settled", { entry, outcome });
  }

  async refuse(entry, error) {
    const isConflict = error.code === "version_conflict";
    const state = isConflict ? "conflict" : "refused";
    const { status, code, message, hint, details: inside } = error;
    const details = { status, code, message, hint, details: inside };
    await this.outbox.mark(entry, { state, details, merge: false });
    if (entry.kind === "export") await this.outbox.remove(entry.id);
    this.say(state, { entry: { ...entry, state, details } });
  }

  async later(error) {
    if (error.status === 401) {
      this.say("signedout", {});
      return this.tellState(null, "signed-out");
    }
    const seconds = error.retryAfter ?? this.waits[Math.min(this.failures, this.waits.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.drain(), seconds * 1000 * (0.9 + Math.random() * 0.2));
    this.timer.unref?.();
    return this.tellState(null, "offline");
  }

  async tellState(sending = null, otherwise = null) {
    const entries = await this.outbox.list(this.person);
    const count = (state) => entries.filter((one) => one.state === state).length;
    const waiting = count("waiting");
    const stopped = ["conflict", "refused"].find(count);
    const state = sending ? "saving" : (waiting && otherwise) || stopped || (waiting ? "queued" : "saved");
    this.say("state", { state, waiting, isLasting: await this.outbox.isLasting() });
  }

  /** After a decision about an entry: send it again, merged; or forget it. */
  async decide(entry, choice) {
    const now = choice === "merge" ? await this.outbox.release(entry) : await this.outbox.drop(entry);
    await this.drain();
    return now ? this.outcomeOf(now) : { state: "dropped" };
  }

  /** Tell again of what waits for a decision since an earlier page. */
  async remind() {
    for (const entry of await this.outbox.entries(await this.owner())) {
      if (entry.state === "conflict" || entry.state === "refused") this.say(entry.state, { entry });
    }
  }

  close() {
    clearTimeout(this.timer);
  }
}
