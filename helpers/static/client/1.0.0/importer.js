// A helper out of a file: the server reads it, whatever is wrapped around it, and makes it the next version.

import { digits } from "./plates.js";
import { words } from "./words.js";

const ENVELOPES = ["helper_data", "data", "helper"];

export class HelperImporter {
  /** `populateModules(helper)` is the page's own: it fills the screens. */
  constructor({ api, manager, populateModules = () => {}, language = "he" }) {
    Object.assign(this, { api, manager, language, populate: populateModules });
  }

  /** Import a file, a text or an object and make it current. Throws with `problems` where it is no helper. */
  async importHelper(helperData) {
    const text = await textOf(helperData);
    const problems = this.problemsOf(text);
    if (problems.length) throw Object.assign(new Error(problems.join(", ")), { problems });
    const told = (await this.api.call("POST", "/helpers/import", { body: text })).json();
    const helper = await this.manager.openCase(told.case_id);
    this.populateModules(helper.data);
    return { ...helper, data: helper.data, warnings: told.warnings, unwrapped: told.unwrapped };
  }

  /** What an import would do, from the server; nothing changes. */
  async preview(helperData) {
    return (await this.api.call("POST", "/helpers/import?preview=true", { body: await textOf(helperData) })).json();
  }

  populateModules(helperData) {
    return this.populate(helperData);
  }

  /** True for what may be imported: the named form with all its fields right, or a helper in any known wrapping. */
  validateHelper(helper) {
    return this.problemsOf(helper).length === 0;
  }

  problemsOf(helper) {
    let read = helper;
    try {
      if (typeof helper === "string") read = JSON.parse(helper.replace(/^\uFEFF/, ""));
    } catch {
      return ["not JSON"];
    }
    if (Array.isArray(read) && read.length === 1) [read] = read;
    if (!isPlainObject(read)) return ["not an object"];
    if (!("name" in read && "data" in read)) return Object.keys(read).length ? [] : ["empty"];
    return [
      ["name", /^\d{7,8}_helper_v\d+$/.test(read.name)],
      ["source", read.source === "system"],
      ["date", !Number.isNaN(Date.parse(read.date))],
      ["plateNumber", digits(read.plateNumber) !== ""],
      ["version", Number.isInteger(read.version) && read.version > 0],
      ["data", ENVELOPES.some((key) => isPlainObject(read[key]))],
    ].flatMap(([field, isRight]) => (isRight ? [] : [field]));
  }

  createImportButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.textContent = words(this.language).importHelper;
    button.addEventListener("click", () => this.handleImportClick());
    return button;
  }

  /** Let the person choose a file; `imported` or `importfailed` is told, null where nothing was chosen. */
  async handleImportClick() {
    const file = await chosen();
    if (!file) return null;
    try {
      const helper = await this.importHelper(file);
      this.manager.say("imported", { helper, message: words(this.language).imported(helper.name) });
      return helper;
    } catch (error) {
      const reason = error.problems ? words(this.language).badFile : error.message;
      this.manager.say("importfailed", { error, message: `${words(this.language).importFailed} ${reason}` });
      return null;
    }
  }
}

const isPlainObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The bytes of a file as text; an object is written out, with what JavaScript has made of its numbers. */
async function textOf(given) {
  if (typeof given === "string") return given.replace(/^\uFEFF/, "");
  if (given instanceof Blob) {
    // Broken UTF-8 must not turn into other letters on the way.
    return new TextDecoder("utf-8", { fatal: true }).decode(await given.arrayBuffer());
  }
  return JSON.stringify(given);
}

function chosen() {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", accept: ".json,application/json", hidden: true });
    const finish = (file) => {
      input.remove();
      resolve(file);
    };
    input.addEventListener("change", () => finish(input.files[0] ?? null));
    input.addEventListener("cancel", () => finish(null));
    document.body.append(input);
    input.click();
  });
}
