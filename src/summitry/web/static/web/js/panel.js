// The panel beside a list, and the menus. Without this module every link is an ordinary page.
// What other modules need of it stands under `window.summitry`: an import would name an address without its digest.

const side = () => document.getElementById("side");
let opener = null;

/** Open an address in the side panel; on a narrow screen, or where there is none, as a page. */
function openPanel(url, from = null) {
  if (!side() || matchMedia("(max-width: 799px)").matches) {
    location.assign(url);
    return;
  }
  if (from) opener = from;
  window.htmx.ajax("GET", url, { target: "#side", swap: "innerHTML show:none" });
}

function closePanel() {
  const panel = side();
  if (!panel || !panel.firstElementChild) return false;
  panel.replaceChildren();
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  opener = null;
  return true;
}

function panelIsOpen() {
  return Boolean(side()?.firstElementChild);
}

window.summitry = { openPanel, closePanel, panelIsOpen };

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close-panel]");
  if (closer && side()?.contains(closer)) {
    event.preventDefault();
    closePanel();
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const results = document.getElementById("quick-results");
  if (results && !event.target.closest(".search-box")) results.replaceChildren();
  const link = event.target.closest("a[data-panel]");
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  openPanel(link.getAttribute("href"), side().contains(link) ? null : link);
});

// A panel that has just been filled is announced: its title takes the focus, unless a form's first fault does.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== side()) return;
  side().scrollTop = 0;
  const target =
    side().querySelector("[aria-invalid='true']") ??
    side().querySelector("[autofocus]") ??
    side().querySelector("[data-panel-title]");
  target?.focus({ preventScroll: true });
});

// When the line is down, what was typed stays where it is and the page says so.
document.addEventListener("htmx:sendError", () => {
  const note = document.getElementById("note-offline");
  if (note) note.hidden = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const note = document.getElementById("note-offline");
  if (note && event.detail.successful) note.hidden = true;
});
