// News of other people's saves: by our event stream, or by Supabase Realtime where a client of it is given.

import { anyName } from "./tabs.js";

const SILENT_SECONDS = 45;
const WAITS = [1, 2, 5, 10, 30];

/** Read server-sent events out of a body. `hear(event)` gets `{id, event, data}`; `beat()` hears every byte. */
async function readEvents(body, hear, beat) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    beat();
    rest += decoder.decode(value, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { event: "message", data: [] };
      for (const line of block.split(/\r?\n/)) {
        const [, field, text] = /^([^:]*):? ?(.*)$/.exec(line);
        if (field === "data") event.data.push(text);
        else if (field) event[field] = text;
      }
      hear({ ...event, data: event.data.length ? JSON.parse(event.data.join("\n")) : null });
    }
  }
}

/** Where the stream is: the server names it, for it may have a host of its own. */
function addressOf(base, { ticket, url = null }) {
  const ours = new URL(base, globalThis.location?.href);
  const address = new URL(url ?? `${ours.pathname}/events/stream`, ours);
  address.searchParams.set("ticket", ticket);
  return address.href;
}

/** One stream for all tabs of a browser: the leader holds it and passes on what it hears. */
class Stream {
  constructor({ api, tabs, hear }) {
    Object.assign(this, { api, tabs, hear, last: null, failures: 0 });
    tabs.addEventListener("told", ({ said }) => said.kind === "live" && hear(said.event));
  }

  start() {
    if (this.isStarted) return;
    this.isStarted = true;
    if (this.tabs.channel) this.tabs.lead(() => this.run());
    else this.run();
  }

  async run() {
    while (!this.isClosed) {
      try {
        await this.listen();
      } catch {
        this.failures += 1;
      }
      const seconds = WAITS[Math.min(this.failures, WAITS.length - 1)];
      const wait = seconds * 1000 * (0.8 + Math.random() * 0.4);
      if (!this.isClosed) await new Promise((resolve) => (this.pausing = setTimeout(resolve, wait)));
    }
  }

  async listen() {
    const given = (await this.api.call("POST", "/events/ticket", { body: "{}" })).json();
    this.quitting = new AbortController();
    const headers = { Accept: "text/event-stream" };
    if (this.last) headers["Last-Event-ID"] = this.last;
    const opening = setTimeout(() => this.quitting.abort(), SILENT_SECONDS * 1000);
    const request = { headers, signal: this.quitting.signal, cache: "no-store" };
    const answer = await fetch(addressOf(this.api.base, given), request).finally(() => clearTimeout(opening));
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    // Whatever happened while nobody listened: the number it continues from, or a look at everything.
    if (!this.last) this.pass({ event: "resync", data: {} });
    this.failures = 0;
    let silence;
    const beat = () => {
      clearTimeout(silence);
      silence = setTimeout(() => this.quitting.abort(), SILENT_SECONDS * 1000);
      silence.unref?.();
    };
    beat();
    try {
      await readEvents(answer.body, (event) => this.take(event), beat);
    } finally {
      clearTimeout(silence);
    }
  }

  take(event) {
    if (event.id) this.last = event.id;
    if (event.data) this.pass({ event: event.event, data: event.data });
  }

  pass(event) {
    this.hear(event);
    this.tabs.tell({ kind: "live", event });
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.pausing);
    this.quitting?.abort();
  }
}

export class Live {
  constructor({ api, tabs, manager, supabase = null }) {
    Object.assign(this, { api, tabs, manager, supabase, watched: new Map() });
    this.stream = new Stream({ api, tabs, hear: (event) => this.hear(event) });
  }

  /** Call back with `{caseId, version, head, text, helper}` when somebody else changed a case. Returns what ends it. */
  onHelperChanged(caseId, callback) {
    const one = { callback, version: this.manager.caseId === caseId ? this.manager.version : null, fetching: null };
    const all = this.watched.get(caseId) ?? new Set();
    this.watched.set(caseId, all.add(one));
    const leave = this.supabase ? this.subscribe(caseId, one) : this.stream.start();
    return () => {
      all.delete(one);
      if (!all.size) this.watched.delete(caseId);
      leave?.();
    };
  }

  subscribe(caseId, one) {
    const told = () => this.look(caseId, one);
    const news = (table, column) => {
      const filter = `${column}=eq.${caseId}`;
      return ["postgres_changes", { event: "*", schema: "public", table, filter }, told];
    };
    const channel = this.supabase
      .channel(`helper:${caseId}:${anyName()}`)
      .on(...news("case_helper", "case_id"))
      .on(...news("cases", "id"))
      // Subscribed anew after a gap: what was missed is found by looking.
      .subscribe((status) => status === "SUBSCRIBED" && told());
    return () => this.supabase.removeChannel(channel);
  }

  hear({ event, data }) {
    for (const [caseId, all] of this.watched) {
      if (event !== "resync" && data.case_id !== caseId) continue;
      for (const one of all) this.look(caseId, one, data.version ?? null);
    }
  }

  /** The version a listener knows: of the page's own case, what the page has. */
  known(caseId, one) {
    return this.manager.caseId === caseId ? Math.max(this.manager.version, one.version ?? 0) : one.version;
  }

  /** Fetch by ETag, once at a time and once more if something came meanwhile. */
  async look(caseId, one, version = null) {
    if (one.fetching) return void (one.again = true);
    // A save of the page's own is in the news before its answer is in our hands.
    if (this.manager.caseId === caseId) await this.manager.flushing?.catch(() => {});
    if (one.fetching || (version !== null && version <= (this.known(caseId, one) ?? 0))) return undefined;
    one.again = false;
    one.fetching = this.manager.fetch(`/cases/${caseId}/helper`, this.known(caseId, one)).catch(() => null);
    const found = await one.fetching;
    one.fetching = null;
    if (found && this.watched.get(caseId)?.has(one) && found.head.version !== this.known(caseId, one)) {
      one.version = found.head.version;
      one.callback({ caseId, version: one.version, ...found, helper: JSON.parse(found.text) });
    }
    return one.again ? this.look(caseId, one) : undefined;
  }

  close() {
    this.stream.close();
    this.watched.clear();
  }
}
