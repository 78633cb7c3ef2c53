// Long work: asks every two seconds how far it is, less often the longer it takes, and not while nobody looks.
// It is no sign of life for a session that ends when nobody is there.
const MOST_SECONDS = 15;
let seconds = 2;

async function look() {
  const shown = document.querySelector("[data-progress][data-running]");
  if (!shown) return;
  if (!document.hidden) {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "progress", "X-Background": "1" } }).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    const fresh = text && new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
    if (fresh && !fresh.hasAttribute("data-running")) return location.reload();
    if (fresh && !shown.contains(document.activeElement)) shown.replaceWith(document.importNode(fresh, true));
    seconds = Math.min(seconds * 1.2, MOST_SECONDS);
  }
  setTimeout(look, seconds * 1000);
}

setTimeout(look, seconds * 1000);
