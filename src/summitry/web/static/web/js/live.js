// Live screens. The server says only that the event changed; the page asks again for itself and exchanges the parts
// marked `data-live` (each with an id) that differ. Nothing jumps: scroll, focus, open details and ticked boxes stay,
// and a part in which someone is typing is left alone, with a quiet word that it is out of date.

const body = document.body;
const url = body.dataset.liveUrl;
let seen = Number(body.dataset.counter ?? 0);
let source = null;
let due = 0;
let busy = false;

const edited = (part) =>
  part.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
    ? true
    : [...part.querySelectorAll("form")].some(dirty);

function dirty(form) {
  return [...form.elements].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

function note(text) {
  let line = document.getElementById("changed-note");
  if (!line) {
    line = document.createElement("p");
    line.id = "changed-note";
    line.className = "notice changed not-printed";
    line.setAttribute("role", "status");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "as-link";
    again.textContent = body.dataset.wordRefresh;
    again.addEventListener("click", () => location.reload());
    line.append(document.createElement("span"), again);
    document.getElementById("main")?.prepend(line);
  }
  line.firstElementChild.textContent = text;
}

/** What a person would miss if a part were simply replaced. */
function remember(part) {
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  return {
    focus: focus && (focus.id ? `#${CSS.escape(focus.id)}` : focus.getAttribute("href") && `[href="${CSS.escape(focus.getAttribute("href"))}"]`),
    ticked: [...part.querySelectorAll("input:checked[name]")].map((box) => [box.name, box.value]),
    open: [...part.querySelectorAll("details[open][id]")].map((one) => one.id),
    current: part.querySelector(".is-current[data-row]")?.dataset.row,
    scrolls: [...part.querySelectorAll("[id]")].filter((one) => one.scrollTop || one.scrollLeft).map((one) => [one.id, one.scrollTop, one.scrollLeft]),
    texts: new Map([...part.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.textContent])),
  };
}

function restore(part, kept) {
  for (const [name, value] of kept.ticked)
    for (const box of part.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) if (box.value === value) box.checked = true;
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, top, left] of kept.scrolls) document.getElementById(id)?.scrollTo(left, top);
  for (const row of part.querySelectorAll("[data-row]")) {
    if (row.dataset.row === kept.current) row.classList.add("is-current");
    const before = kept.texts.get(row.dataset.row);
    if (kept.texts.size && before !== row.textContent) row.classList.add("is-fresh");
  }
  if (kept.focus) part.querySelector(kept.focus)?.focus({ preventScroll: true });
}

/** The first row or part that the reader sees, and where it stands: it must stand there afterwards. */
function anchor() {
  const top = parseFloat(getComputedStyle(document.documentElement).fontSize) * 3;
  for (const one of document.querySelectorAll("#main [data-row], #main [data-live]")) {
    const box = one.getBoundingClientRect();
    if (box.bottom > top && box.top >= top - 1) return { row: one.dataset.row, id: one.id, top: box.top };
  }
  return null;
}

function hold(mark) {
  if (!mark || !window.scrollY) return;
  const one = mark.row ? document.querySelector(`#main [data-row="${CSS.escape(mark.row)}"]`) : document.getElementById(mark.id);
  if (one) window.scrollBy(0, one.getBoundingClientRect().top - mark.top);
}

function exchange(fresh, scope) {
  let left = false;
  for (const part of scope.querySelectorAll("[data-live][id]")) {
    const next = fresh.getElementById(part.id);
    if (!next) {
      left = true;
      continue;
    }
    if (next.innerHTML === part.innerHTML) continue;
    if (edited(part)) {
      left = true;
      continue;
    }
    const kept = remember(part);
    part.replaceChildren(...next.childNodes);
    window.htmx?.process(part);
    restore(part, kept);
  }
  return left;
}

async function page(address, headers = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html", "X-Summitry-Refresh": "1", ...headers }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  if (busy) return schedule();
  busy = true;
  try {
    const fresh = await page(location.href);
    const mark = anchor();
    const left = exchange(fresh, document);
    hold(mark);
    if (left || document.querySelector("#main form[data-guards]")) note(body.dataset.wordChanged);
    await refreshPanel();
    document.dispatchEvent(new CustomEvent("summitry:refreshed"));
  } catch {
    note(body.dataset.wordChanged);
  } finally {
    busy = false;
  }
}

async function refreshPanel() {
  const panel = document.querySelector("#side > [data-panel-url]");
  if (!panel) return;
  if (panel.querySelector("form[data-guards]") || edited(panel)) {
    panel.querySelector("[data-changed-here]")?.removeAttribute("hidden");
    return;
  }
  const fresh = await page(panel.dataset.panelUrl, { "HX-Request": "true", "HX-Target": "side" });
  const next = fresh.querySelector("[data-panel-url]");
  const said = panel.querySelector(":scope > .messages");
  if (said) next?.querySelector(".panel-bar")?.after(said.cloneNode(true));
  if (!next || next.innerHTML === panel.innerHTML) return;
  const kept = remember(panel);
  const top = panel.parentElement.scrollTop;
  panel.replaceChildren(...next.childNodes);
  window.htmx?.process(panel);
  restore(panel, kept);
  panel.parentElement.scrollTop = top;
}

function schedule() {
  clearTimeout(due);
  due = setTimeout(refresh, 250);
}

function listen() {
  if (!url || source || document.hidden) return;
  source = new EventSource(`${url}?since=${seen}`);
  source.addEventListener("changed", (message) => {
    const { counter } = JSON.parse(message.data);
    if (counter <= seen) return;
    seen = counter;
    schedule();
  });
  source.addEventListener("closed", () => {
    stop();
    note(body.dataset.wordClosed);
  });
}

function stop() {
  source?.close();
  source = null;
}

// A browser allows few open streams to one server: a page that nobody looks at gives its own back and asks on return.
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", listen);
listen();
