// Keys of every page: / goes to the box for a plate, ? tells of the keys. Everything can be done without.

const OFF = "keys-off";
const box = document.querySelector("#jump input");
// A page that has keys of its own tells of these too.
const told = document.getElementById("keys") ?? document.getElementById("office-keys");
const button = document.getElementById("tell-keys");
const off = document.querySelector("#office-keys input[type=checkbox]");

function typing(place) {
  return place.isContentEditable || Boolean(place.closest?.("input, textarea, select, dialog, [role=textbox]"));
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
  // On a Hebrew keyboard the key of the slash writes a full stop, and the slash stands elsewhere.
  const isSlash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) told?.showModal();
  else if (isSlash && box) {
    box.focus();
    box.select();
  } else return;
  event.preventDefault();
}

if (button && told) {
  button.hidden = false;
  button.addEventListener("click", () => told.showModal());
}
if (off) {
  off.checked = !localStorage.getItem(OFF);
  off.addEventListener("change", () => (off.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
document.addEventListener("keydown", pressed);
