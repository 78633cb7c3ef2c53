// The browser's storage: the existing UI's own keys, and the requirement's. A full quota is an answer, not an error.

import { isObject, memberText } from "./json-text.js";

const CURRENT = "current_helper";
const VERSION = "helper_version";
const PENDING = "pending_helper_export";
const LINEAGE = "helper_page";
/** What a logout takes away: the session's keys, and the UI's copies that would outlive it. */
const OF_SESSION = [CURRENT, VERSION, LINEAGE, "helper", "currentHelper", "carData", "makeCarData", "helper_backup"];
const OF_BROWSER = [
  ...["helper_data", "helper_backup", "helper_emergency_backup"],
  ...["currentHelper", "carData", "makeCarData"],
];

export { LINEAGE };

export class Shelf {
  constructor(session = globalThis.sessionStorage, local = globalThis.localStorage) {
    this.session = session;
    this.local = local;
  }

  put(storage, key, text) {
    try {
      storage.setItem(key, text);
      return true;
    } catch {
      return false;
    }
  }

  /** The helper as the UI keeps it. */
  pageText() {
    return this.session.getItem("helper") ?? this.local.getItem("helper_data");
  }

  /** Give the UI a whole helper. False where the quota is full: then the old one is gone, so that nobody saves it. */
  setPage(text) {
    const isKept = this.put(this.session, "helper", text);
    if (!isKept) this.session.removeItem("helper");
    if (!this.put(this.local, "helper_data", text)) this.local.removeItem("helper_data");
    return isKept;
  }

  /** Keep name and version, and the content beside them where there is room. */
  setCurrent(head, text) {
    const version = this.put(this.session, VERSION, String(head.version));
    const start = JSON.stringify(head).slice(0, -1);
    if (this.put(this.session, CURRENT, `${start},"data":${text ?? "null"}}`)) return version;
    this.session.removeItem(CURRENT);
    this.put(this.session, CURRENT, `${start},"data":null}`);
    return false;
  }

  /** `{head, text}`; the text is null where there was no room for it. */
  current() {
    const kept = this.session.getItem(CURRENT);
    if (!isObject(kept)) return null;
    const { data, ...head } = JSON.parse(kept);
    return head.caseId ? { head, text: data === null ? null : memberText(kept, "data") } : null;
  }

  /** What a closing page leaves for the next one; without the unsaved content where there is no room. */
  setPending(said, text) {
    const start = JSON.stringify(said).slice(0, -1);
    if (text !== null && this.put(this.local, PENDING, `${start},"data":${text}}`)) return true;
    return this.put(this.local, PENDING, `${start},"data":null}`) && text === null;
  }

  pending() {
    const kept = this.local.getItem(PENDING);
    if (!isObject(kept)) return null;
    const { data, ...said } = JSON.parse(kept);
    return { said, text: data === null ? null : memberText(kept, "data") };
  }

  dropPending() {
    this.local.removeItem(PENDING);
  }

  clear() {
    for (const key of OF_SESSION) this.session.removeItem(key);
    for (const key of OF_BROWSER) this.local.removeItem(key);
  }
}
