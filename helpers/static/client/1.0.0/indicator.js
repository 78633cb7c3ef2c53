// <helper-save-state>: says whether everything is saved, for eyes and for screen readers.

import { words } from "./words.js";

/** Of the other states, which all ask for a look. */
const LOOK_HERE = "⚠";
const SIGNS = { saved: "✓", unsaved: "●", saving: "↻", queued: "…", refused: "✕" };
const LOOK = `
  :host { display: inline-flex; gap: .4em; align-items: baseline; max-width: 100%; font: inherit; color: #1f2937; }
  :host([state=offline]), :host([state=conflict]), :host([state=signed-out]), :host([state=paused]) { color: #8a4b00; }
  :host([state=refused]), :host([lasting=no]) { color: #a51d1d; }
  @media (prefers-color-scheme: dark) {
    :host { color: #e5e7eb; }
    :host([state=offline]), :host([state=conflict]), :host([state=signed-out]), :host([state=paused]) {
      color: #ffc46b;
    }
    :host([state=refused]), :host([lasting=no]) { color: #ff9c9c; }
  }
`;

/** Made when it is asked for: in Node there are no elements. */
export function defineIndicator() {
  if (!globalThis.customElements || customElements.get("helper-save-state")) return;

  class SaveState extends HTMLElement {
    connectedCallback() {
      if (this.text) return;
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOK);
      root.adoptedStyleSheets = [sheet];
      const line = document.createElement("span");
      line.setAttribute("role", "status");
      this.sign = Object.assign(document.createElement("span"), { ariaHidden: "true" });
      this.text = document.createElement("span");
      line.append(this.sign, " ", this.text);
      root.append(line);
      this.show({ state: "saved" });
    }

    show({ state, isLasting = true }) {
      const said = words(this.lang || this.closest("[lang]")?.lang?.slice(0, 2));
      this.dir = said.dir;
      this.setAttribute("state", state);
      this.setAttribute("lasting", isLasting || state === "saved" ? "yes" : "no");
      this.sign.textContent = SIGNS[state] ?? LOOK_HERE;
      this.text.textContent = isLasting || state === "saved" ? said.states[state] : said.notLasting;
    }
  }
  customElements.define("helper-save-state", SaveState);
}
