// What waits to be sent: in order, in IndexedDB, so that it outlives the page, the network and a full quota.

import { anyName } from "./tabs.js";

const NAME = "helper-client";
const STORE = "outbox";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The same five verbs over a list, for a page whose browser refuses IndexedDB. It lasts as long as the page. */
class InMemory {
  rows = new Map();
  last = 0;
  isLasting = false;

  async change(work) {
    return work({
      all: async () => [...this.rows.values()].map((row) => ({ ...row })),
      get: async (id) => (this.rows.has(id) ? { ...this.rows.get(id) } : undefined),
      put: async (row) => {
        const id = row.id ?? `m${(this.last += 1)}`;
        this.rows.set(id, { ...row, id });
        return id;
      },
      remove: async (id) => void this.rows.delete(id),
    });
  }
}

class InDatabase {
  isLasting = true;

  constructor(database) {
    this.database = database;
  }

  async change(work) {
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(STORE);
    const committed = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    committed.catch(() => {});
    const result = await work({
      all: () => done(store.getAll()),
      get: (id) => done(store.get(id)),
      put: (row) => done(store.put(row)),
      remove: (id) => done(store.delete(id)),
    });
    await committed;
    return result;
  }
}

async function openDatabase(factory) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return new InDatabase(await done(request));
}

/** What of an entry may be looked at in a list: its helper stays where it is. */
const bare = ({ text, ...row }) => ({ ...row, bytes: text ? text.length : 0 });

/** True for a save that makes the last one of its page needless. */
function replaces(row, last) {
  if (row.kind !== "save" || !isOfPage(last, row)) return false;
  return last.state === "refused" || (row.trigger === "autosave" && last.trigger === "autosave");
}

function inPlaceOf(row, { id, version, merge, state }) {
  return { ...row, id, version, merge: row.merge || merge, state: state === "conflict" ? state : "waiting" };
}

const isOfPage = (row, entry) => row.kind === "save" && row.lineage === entry.lineage && row.caseId === entry.caseId;

export class Outbox {
  constructor(factory = globalThis.indexedDB) {
    this.spare = new InMemory();
    this.opened = factory ? openDatabase(factory).catch(() => this.spare) : Promise.resolve(this.spare);
  }

  /** False where what waits is lost with the page. */
  async isLasting() {
    return (await this.opened).isLasting && this.spare.rows.size === 0;
  }

  async change(work) {
    const store = await this.opened;
    return store.change(work);
  }

  /**
   * Add work at the end.
   *
   * An automatic save takes the place of the last one of the same page and case that still waits: its content is in it.
   */
  async add(entry) {
    const row = { ...entry, revision: anyName(), at: new Date().toISOString() };
    const put = async ({ all, put }) => {
      const last = (await all()).filter((one) => one.caseId === row.caseId && one.owner === row.owner).at(-1);
      const kept = last && replaces(row, last) ? inPlaceOf(row, last) : row;
      return { ...kept, id: await put(kept) };
    };
    try {
      return await this.change(put);
    } catch {
      // The disk is full: better in memory than nowhere.
      return this.spare.change(put);
    }
  }

  /** Everything of one person, oldest first, with its text. */
  async entries(owner) {
    const kept = await this.change(({ all }) => all());
    const spare = this.spare.rows.size && (await this.opened) !== this.spare ? [...this.spare.rows.values()] : [];
    return [...kept, ...spare].filter((one) => one.owner === owner);
  }

  async list(owner) {
    return (await this.entries(owner)).map(bare);
  }

  /** The oldest entry that may be sent: a save whose page waits for a decision holds up its own later ones alone. */
  async next(owner) {
    const held = new Set();
    for (const entry of await this.entries(owner)) {
      const page = `${entry.caseId} ${entry.lineage}`;
      if (entry.state === "waiting" && !held.has(page)) return entry;
      if (entry.state === "conflict") held.add(page);
    }
    return null;
  }

  /** Where an entry lives. */
  async home(entry) {
    return this.spare.rows.has(entry.id) ? this.spare : this.opened;
  }

  /**
   * It was sent and answered: gone, unless newer content took its place meanwhile.
   *
   * What the same page saved later was made from it, so it goes over the version that was just made.
   */
  async settle(entry, version) {
    const store = await this.home(entry);
    return store.change(async ({ all, get, put, remove }) => {
      const now = await get(entry.id);
      if (now && now.revision === entry.revision) await remove(entry.id);
      if (version === undefined) return;
      const later = (await all()).filter((row) => isOfPage(row, entry) && row.revision !== entry.revision);
      for (const one of later) await put({ ...one, version });
    });
  }

  /** Write something about an entry that stays; what it is now, null where it is gone. */
  async mark(entry, changes) {
    const store = await this.home(entry);
    return store.change(async ({ get, put }) => {
      const now = await get(entry.id);
      if (!now) return null;
      await put({ ...now, ...changes });
      return { ...now, ...changes };
    });
  }

  /** Let a save go out, and what its page saved after it, to be merged with what others did; what it is now. */
  async release(entry) {
    const store = await this.home(entry);
    return store.change(async ({ all, put, get }) => {
      const held = (await all()).filter((row) => isOfPage(row, entry));
      for (const one of held) await put({ ...one, state: "waiting", merge: true });
      return (await get(entry.id)) ?? null;
    });
  }

  /** Forget a save, and what its page saved after it. */
  async drop(entry) {
    const store = await this.home(entry);
    return store.change(async ({ all, remove }) => {
      for (const one of (await all()).filter((row) => isOfPage(row, entry))) await remove(one.id);
      return null;
    });
  }

  async remove(id) {
    await this.spare.change(({ remove }) => remove(id));
    await this.change(({ remove }) => remove(id));
  }
}
