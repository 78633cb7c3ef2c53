// How a session ends, and what the next one does about an end that came suddenly.

/** Browsers send no larger body from a closing page. */
const KEEPALIVE_BYTES = 60_000;

export class SessionManager {
  constructor({ saver, manager, exporter, shelf }) {
    Object.assign(this, { saver, manager, exporter, shelf, hasLeftWord: false });
    // Somebody chose to stay: what was left for the next start is old.
    manager.addEventListener("saved", () => this.hasLeftWord && this.takeWordBack());
  }

  takeWordBack() {
    this.hasLeftWord = false;
    this.shelf.dropPending();
  }

  handleLogout() {
    return this.end("logout");
  }

  handleSessionTermination() {
    return this.end("timeout");
  }

  /** Export, then clear the storage; it stays where what is unsent would be lost with it. */
  async end(reason) {
    const outcome = await this.exporter.exportHelper(undefined, reason);
    const isSafe = outcome.state !== "queued" || (await this.saver.outbox.isLasting());
    if (isSafe) {
      this.manager.reset();
      this.exporter.close();
      this.shelf.clear();
    }
    return { ...outcome, isCleared: isSafe };
  }

  setupUnloadListener(target = globalThis) {
    target.addEventListener("beforeunload", (event) => this.leave(event));
    target.addEventListener("pagehide", () => this.leave());
    // The last event that a phone is sure to send.
    target.document?.addEventListener("visibilitychange", () => {
      if (target.document.visibilityState === "hidden") this.manager.flush().catch(() => {});
    });
  }

  /** What a closing page can do without waiting: leave its word in storage, send small work, ask for the export. */
  leave(event) {
    const { manager } = this;
    if (!manager.caseId) return;
    manager.look();
    const text = manager.unsent ?? null;
    const isKept = this.leaveWord(text);
    if (text !== null) {
      this.sendLast(text);
      if (!isKept) event?.preventDefault();
    }
    this.exporter.sendBeacon("unload");
  }

  leaveWord(text) {
    const { name, source, date, plateNumber, version, caseId } = this.manager.currentHelper;
    const named = { name, source, date, plateNumber, version, caseId };
    const whose = { owner: this.saver.person, lineage: this.manager.lineage };
    this.hasLeftWord = true;
    const said = { event: "HELPER_EXPORT", timestamp: new Date().toISOString() };
    return this.shelf.setPending({ ...named, ...whose, ...said }, text);
  }

  sendLast(text) {
    const { caseId, version, lineage } = this.manager;
    const entry = { kind: "save", trigger: "unload", caseId, version, lineage, text };
    if (new Blob([text]).size < KEEPALIVE_BYTES) {
      // A page that stays after all hears of its new version.
      this.saver.put(entry, true).then((outcome) => this.saver.settled(entry, outcome), () => {});
    } else {
      this.saver.outbox.add({ ...entry, state: "waiting", owner: this.saver.person }).catch(() => {});
    }
  }

  /** At start: send what the last page left, then everything else that waits. */
  async checkPendingExports() {
    const owner = await this.saver.owner();
    const left = this.shelf.pending();
    if (left && left.said.owner === owner) {
      await this.take(left, owner);
      this.shelf.dropPending();
    }
    await this.saver.remind();
    return this.exporter.processRetryQueue();
  }

  async take({ said: { caseId, version, lineage }, text }, owner) {
    const work = { state: "waiting", owner, caseId };
    if (text !== null && !(await this.isSaved(caseId, version, text))) {
      await this.saver.outbox.add({ ...work, kind: "save", trigger: "recovered", version, lineage, text });
    }
    await this.saver.outbox.add({ ...work, kind: "export", reason: "recovered" });
  }

  /** True where the closing page's own save arrived, or another entry holds the same. */
  async isSaved(caseId, version, text) {
    const waiting = await this.saver.outbox.entries(this.saver.person);
    if (waiting.some((one) => one.caseId === caseId && one.text === text)) return true;
    return this.manager.isCurrent(caseId, version, text);
  }
}
