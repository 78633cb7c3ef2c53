// Tells that a newer version of the case on this page was saved; it never reloads by itself.

const EVERY = 10_000;
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const place = document.querySelector("[data-newest]");
const [status, ago, link] = place.children;
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
let known = Number(place.dataset.version);
let saved = null;
let next = null;
let isOver = false;

function tell({ version, seconds }) {
  known = version;
  saved = performance.now() - 1000 * seconds;
  const name = document.createElement("bdi");
  name.dir = "ltr";
  name.textContent = `v${version}`;
  const [before, after] = place.dataset.said.split("{version}");
  status.replaceChildren(before, name, after);
  link.href = location.pathname + location.search;
  link.hidden = false;
  count();
}

// Beside what is read aloud, not in it: a second is no news.
function count() {
  if (saved === null) return;
  const seconds = Math.max(1, Math.floor((performance.now() - saved) / 1000));
  const [unit, length] = UNITS.find(([, length]) => seconds >= length);
  ago.textContent = words.format(-Math.floor(seconds / length), unit);
}

async function ask() {
  clearTimeout(next);
  if (isOver || document.hidden) return;
  try {
    // Asked by the page, not by a person: no sign of life for a session that ends when nobody is there.
    const headers = { "If-None-Match": `"v${known}"`, "X-Background": "1" };
    const answer = await fetch(place.dataset.newest, { headers, cache: "no-store", redirect: "manual" });
    if (answer.status === 200) tell(await answer.json());
    // A session that ended is sent to the login page, a permission that was taken is refused: both are the end of it.
    else if (answer.status !== 304) isOver = answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500);
  } catch {
    // No line just now; perhaps at the next turn.
  }
  if (!isOver) next = setTimeout(ask, EVERY);
}

document.addEventListener("visibilitychange", ask);
setInterval(count, 1000);
next = setTimeout(ask, EVERY);
