// Several tabs of one browser: one at a time sends, one listens for all, and each hears what the others did.

const LEASE_SECONDS = 6;

/** A name nobody else has; crypto.randomUUID is missing on plain http. */
export function anyName() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join("-");
}

/** A lock in localStorage, for pages without Web Locks: plain http, old browsers. Good enough, not airtight. */
class Leases {
  constructor(storage, me) {
    this.storage = storage;
    this.me = me;
  }

  take(name) {
    try {
      const held = JSON.parse(this.storage.getItem(name) || "null");
      if (held && held.by !== this.me && held.until > Date.now()) return false;
      this.storage.setItem(name, JSON.stringify({ by: this.me, until: Date.now() + LEASE_SECONDS * 1000 }));
      return JSON.parse(this.storage.getItem(name)).by === this.me;
    } catch {
      return true;
    }
  }

  free(name) {
    try {
      if (JSON.parse(this.storage.getItem(name) || "null")?.by === this.me) this.storage.removeItem(name);
    } catch {
      return;
    }
  }

  async hold(name, work) {
    while (!this.take(name)) await new Promise((resolve) => setTimeout(resolve, 200));
    const renewing = setInterval(() => this.take(name), (LEASE_SECONDS * 1000) / 3);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      this.free(name);
    }
  }
}

export class Tabs extends EventTarget {
  constructor({
    name = "helper-client",
    locks = globalThis.navigator?.locks,
    storage = globalThis.localStorage,
    Channel = globalThis.BroadcastChannel,
  } = {}) {
    super();
    this.name = name;
    this.me = anyName();
    this.locks = locks;
    this.leases = new Leases(storage, this.me);
    this.isLeader = false;
    this.channel = Channel ? new Channel(name) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.hear(data);
  }

  hear(said) {
    this.dispatchEvent(Object.assign(new Event("told"), { said }));
  }

  /** Run work that no other tab may run at the same time. */
  alone(name, work) {
    const full = `${this.name}:${name}`;
    return this.locks ? this.locks.request(full, work) : this.leases.hold(full, work);
  }

  /** Become the leader when no other tab is, now or once it is gone; then call back. */
  lead(begin) {
    const forEver = () =>
      new Promise((resolve) => {
        this.isLeader = true;
        this.resign = resolve;
        begin();
      });
    this.alone("leader", forEver).catch(() => {});
  }

  /** Tell the other tabs; the page that tells hears nothing. */
  tell(said) {
    this.channel?.postMessage(said);
  }

  /**
   * A name for this page's saves that a reload keeps, and a duplicate of the tab does not share.
   *
   * Without Web Locks nobody can know, so each load has a name of its own.
   */
  async lineage(storage, key) {
    const known = this.locks && storage.getItem(key);
    const name = (known && (await this.claim(known)) && known) || anyName();
    if (name !== known && this.locks) await this.claim(name);
    try {
      storage.setItem(key, name);
    } catch {
      return name;
    }
    return name;
  }

  claim(name) {
    return new Promise((resolve) => {
      const keep = () => {
        resolve(true);
        return new Promise((free) => (this.release = free));
      };
      // A page that is being reloaded gives its lock back within a moment.
      const signal = AbortSignal.timeout(500);
      this.locks.request(`${this.name}:page:${name}`, { signal }, keep).catch(() => resolve(false));
    });
  }

  close() {
    this.resign?.();
    this.release?.();
    this.channel?.close();
  }
}
