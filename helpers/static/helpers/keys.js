// Keys for reading a comparison: j and k go from change to change, ? tells of them. Everything is readable without.

// The same as on every page (accounts/keys.js).
const OFF = "keys-off";
const rows = [...document.querySelectorAll(".row")];
const told = document.getElementById("keys");
let at = -1;

function open(row) {
  for (let above = row.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
}

function go(step) {
  const held = rows.indexOf(document.activeElement?.closest(".row"));
  if (held >= 0) at = held;
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  const row = rows[at];
  if (!row) return;
  open(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

function reveal() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (!target) return;
  open(target);
  at = rows.indexOf(target);
  target.scrollIntoView({ block: target.matches(".row") ? "center" : "start" });
}

function typing(place) {
  return place.isContentEditable || place.matches?.("input, textarea, select, dialog *");
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || localStorage.getItem(OFF)) return;
  // By their place on the keyboard: an office that writes Hebrew has ח and ל there.
  if (event.code === "KeyJ") go(1);
  else if (event.code === "KeyK") go(-1);
  else if (told && (event.key === "?" || (event.code === "Slash" && event.shiftKey))) told.showModal();
  else return;
  event.preventDefault();
}

function unfold() {
  for (const folded of document.querySelectorAll(".differences details:not([open])")) {
    folded.open = true;
    window.addEventListener("afterprint", () => (folded.open = false), { once: true });
  }
}

// What was chosen and is not shown yet cannot be restored by mistake.
function chosen(form) {
  const first = new URLSearchParams(new FormData(form)).toString();
  const button = document.querySelector("#restore button");
  form.addEventListener("change", () => {
    const stale = new URLSearchParams(new FormData(form)).toString() !== first;
    document.getElementById(form.dataset.stale)?.toggleAttribute("hidden", !stale);
    if (button) button.disabled = stale;
  });
}

for (const place of document.querySelectorAll(".by-script")) place.hidden = false;
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelector("[data-keys]")?.addEventListener("click", () => told.showModal());
const off = told?.querySelector("input");
if (off) {
  off.checked = !localStorage.getItem(OFF);
  off.addEventListener("change", () => (off.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
const choice = document.getElementById("choice");
if (choice) chosen(choice);
document.addEventListener("keydown", pressed);
window.addEventListener("hashchange", reveal);
window.addEventListener("beforeprint", unfold);
reveal();
