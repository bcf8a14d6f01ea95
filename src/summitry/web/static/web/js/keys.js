// The keyboard: / search, ? help, j k rows, Enter and o open, e edits, Escape closes.
const { closePanel, openPanel, panelIsOpen } = window.summitry;

const typing = (node) =>
  node instanceof HTMLElement && (node.isContentEditable || node.matches("input, textarea, select"));

const rows = () => [...document.querySelectorAll("#main [data-row]")].filter((row) => row.offsetParent !== null);
const currentRow = () => document.querySelector("#main .is-current[data-row]");
const linkOf = (row) => row?.querySelector("a[data-panel]") ?? row?.querySelector("a[href]");
let waiting = 0;

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(currentRow());
  const next = all[Math.min(all.length - 1, Math.max(0, at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  mark(next);
  const link = linkOf(next);
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  // With the panel open, walking the list reads one record after the other.
  if (panelIsOpen() && link?.matches("[data-panel]")) {
    clearTimeout(waiting);
    waiting = setTimeout(() => openPanel(link.getAttribute("href"), link), 150);
  }
  return true;
}

function mark(row) {
  currentRow()?.classList.remove("is-current");
  row?.classList.add("is-current");
}

function edit() {
  const link = document.querySelector("#side [data-edit]") ?? document.querySelector("#main [data-edit]");
  link?.click();
  return Boolean(link);
}

function escape() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return false; // the browser closes it
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  }
  const results = document.getElementById("quick-results");
  if (results?.firstElementChild) {
    results.replaceChildren();
    return true;
  }
  return closePanel();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (escape()) event.preventDefault();
    return;
  }
  const search = document.querySelector("[data-search]");
  if (event.target === search && event.key === "ArrowDown") {
    const first = document.querySelector("#quick-results a");
    if (first) {
      event.preventDefault();
      first.focus();
    }
    return;
  }
  if (event.target.closest?.("#quick-results") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const links = [...document.querySelectorAll("#quick-results a")];
    const next = links[links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)] ?? search;
    event.preventDefault();
    next.focus();
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  let done = true;
  if (event.key === "/" && search?.offsetParent) {
    search.focus();
    search.select();
  } else if (event.key === "?") document.getElementById("help")?.showModal();
  else if (event.key === "j") done = step(1);
  else if (event.key === "k") done = step(-1);
  else if (event.key === "Enter" && currentRow() && document.activeElement === document.body) linkOf(currentRow())?.click();
  else if (event.key === "o" && currentRow()) location.assign(linkOf(currentRow()).href);
  else if (event.key === "e") done = edit();
  else done = false;
  if (done) event.preventDefault();
});

// A row is current when something in it has the focus or is clicked, so that j and k go on from there.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#main [data-row]");
  if (row) mark(row);
});
