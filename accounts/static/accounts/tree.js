// Fetches a branch of a version's tree when it is opened; without this script each branch is a link to its own page.

async function load(address, place) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    // A session that has ended answers with the login page.
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return await answer.text();
  } finally {
    place.removeAttribute("aria-busy");
  }
}

async function open(event) {
  const branch = event.target;
  if (!branch.open || !branch.dataset || !branch.dataset.children) return;
  const place = branch.querySelector(".children");
  const address = branch.dataset.children;
  delete branch.dataset.children;
  try {
    place.innerHTML = await load(address, place);
  } catch {
    branch.dataset.children = address;
    place.textContent = document.getElementById("tree").dataset.failed;
  }
}

async function more(event) {
  const link = event.target.closest("a[data-more]");
  if (!link) return;
  event.preventDefault();
  const row = link.closest("li");
  try {
    const next = document.createElement("template");
    next.innerHTML = await load(link.dataset.more, row);
    const rows = [...next.content.querySelector("ul").children];
    row.replaceWith(...rows);
    rows[0].querySelector("summary, a")?.focus();
  } catch {
    location.assign(link.href);
  }
}

document.addEventListener("toggle", open, true);
document.addEventListener("click", more);
