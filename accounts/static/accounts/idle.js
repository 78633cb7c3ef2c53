// Warns before a session ends for want of a sign of life. The server counts; this asks it, and shows what it says.
// Without this script the server ends the session all the same.

const dialog = document.getElementById("idle");
const { address, login } = dialog.dataset;
const warn = Number(dialog.dataset.warn) * 1000;
const tabs = "BroadcastChannel" in self ? new BroadcastChannel("idle") : null;
const PATIENCE = 60_000;

let end = Date.now() + Number(dialog.dataset.left) * 1000;
let typed = false; // since the server heard of us last
let unsent = false; // in a form of this page
let isOver = false;
let timer;

function show(what) {
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== what;
  dialog.querySelector("[data-typed]").hidden = !unsent;
  if (!dialog.open) dialog.showModal();
}

function arm() {
  clearTimeout(timer);
  const left = end - Date.now();
  if (left > warn) {
    if (dialog.open && !isOver) dialog.close();
    timer = setTimeout(ask, left - warn);
  } else if (left > 0) {
    dialog.querySelector("[data-seconds]").textContent = String(Math.ceil(left / 1000));
    show("warn");
    timer = setTimeout(arm, 1000);
  } else {
    ask();
  }
}

// A POST says that somebody is here; a GET only asks, because another tab may have said so.
async function ask(method = "GET") {
  try {
    const key = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = method === "POST" ? { "X-CSRFToken": key } : { "X-Background": "1" };
    const answer = await fetch(address, { method, headers, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return over();
    const told = await answer.json();
    isOver = false;
    end = Date.now() + told.left * 1000;
    // Somebody who logged in anew has a new key; forms that waited get it.
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = told.csrf;
  } catch {
    // No network: the server's clock goes on, and so does ours.
    if (end <= Date.now()) return over();
  }
  arm();
}

function over() {
  clearTimeout(timer);
  if (!unsent) return location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  isOver = true;
  show("over");
}

async function stay() {
  typed = false;
  await ask("POST");
  tabs?.postMessage("active");
}

function type(event) {
  if (event.target.closest?.("form[method=post]")) unsent = true;
  typed = true;
}

document.addEventListener("input", type);
document.addEventListener("submit", () => { unsent = false; });
document.addEventListener("visibilitychange", () => { if (!document.hidden) isOver ? ask() : arm(); });
dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (!isOver) stay(); });
dialog.querySelector("[data-stay]").addEventListener("click", stay);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
tabs?.addEventListener("message", () => ask());
// Who writes a long text is here, though no page is asked for.
setInterval(() => { if (typed && !isOver) stay(); }, PATIENCE);
tabs?.postMessage("active");
arm();
