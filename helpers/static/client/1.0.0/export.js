// The export of a helper: asked of the server, which alone posts it to Make, once for each version.

const RENEW_AT = 0.8;

export class HelperExportService {
  constructor({ api, saver, manager }) {
    Object.assign(this, { api, saver, manager, ticket: null });
    manager.addEventListener("replaced", () => this.fetchTicket());
  }

  /** Save what is unsaved, then have the current version exported; without a network both wait in the queue. */
  async exportHelper(helper = this.manager.getCurrentHelper(), reason = "export") {
    if (!helper?.caseId) return { state: "nothing" };
    if (helper.caseId === this.manager.caseId) await this.manager.flush(reason);
    return this.saver.export({ caseId: helper.caseId, reason });
  }

  /** Leave an export for later; it goes out in its turn. */
  queueForRetry(helper, reason = "retry") {
    return this.saver.export({ caseId: helper.caseId, reason });
  }

  /** Send whatever waits, oldest first; how many still wait afterwards. */
  async processRetryQueue() {
    await this.saver.drain();
    const left = await this.saver.outbox.list(await this.saver.owner());
    const waiting = left.filter((one) => one.state === "waiting").length;
    return { left: waiting, stopped: left.length - waiting };
  }

  /** Get leave to export from a page that is closing, and renew it in time. It stays in memory. */
  async fetchTicket() {
    clearTimeout(this.renewing);
    const { caseId } = this.manager;
    this.ticket = null;
    if (!caseId) return;
    try {
      const given = await this.api.call("POST", `/cases/${caseId}/helper/export-ticket`);
      const { ticket, expires_at: ends } = given.json();
      this.ticket = { ticket, caseId };
      const left = (Date.parse(ends) - Date.now()) * RENEW_AT;
      this.renewing = setTimeout(() => this.fetchTicket(), Math.max(30_000, Math.min(left, 2 ** 31 - 1)));
      this.renewing.unref?.();
    } catch {
      // Without one the next start exports, and the server does so by itself a while after the last save.
      this.ticket = null;
    }
  }

  /** The last word of a closing page. True when the browser took it. */
  sendBeacon(reason) {
    if (this.ticket?.caseId !== this.manager.caseId || !this.ticket) return false;
    const body = JSON.stringify({ ticket: this.ticket.ticket, reason });
    return navigator.sendBeacon(`${this.api.base}/helper-export`, body);
  }

  close() {
    clearTimeout(this.renewing);
    this.ticket = null;
  }
}
