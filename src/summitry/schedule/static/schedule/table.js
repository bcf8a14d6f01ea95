// The task table: folding groups, ticking rows, moving with the arrows. Without it all rows show and can be ticked.

const wrap = () => document.getElementById("tasks");
const rows = () => [...(wrap()?.querySelectorAll("tbody tr[data-row]") ?? [])];
const key = () => `summitry.folded.${wrap()?.dataset.tree}`;

// Folding

function folded() {
  try {
    return new Set(JSON.parse(localStorage.getItem(key()) ?? "[]"));
  } catch {
    return new Set();
  }
}

function keep(codes) {
  try {
    localStorage.setItem(key(), JSON.stringify([...codes]));
  } catch {
    // A browser that keeps nothing folds for this page alone.
  }
}

let shut = new Set();

function draw() {
  if (!wrap()?.dataset.tree) return;
  for (const row of rows()) {
    const above = (row.dataset.in ?? "").split(" ").filter(Boolean);
    row.hidden = above.some((code) => shut.has(code));
    const button = row.querySelector(".fold");
    if (!button) continue;
    const open = !shut.has(row.dataset.row);
    button.setAttribute("aria-expanded", String(open));
    button.title = open ? wrap().dataset.wordFold : wrap().dataset.wordUnfold;
  }
}

function fold(code, close) {
  if (close) shut.add(code);
  else shut.delete(code);
  keep(shut);
  draw();
}

function addButtons() {
  if (!wrap()?.dataset.tree) return;
  const holding = new Set(rows().flatMap((row) => (row.dataset.in ?? "").split(" ")));
  for (const row of rows()) {
    if (!holding.has(row.dataset.row) || row.querySelector(".fold")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold";
    button.setAttribute("aria-label", `${wrap().dataset.wordFold} ${row.dataset.row}`);
    button.addEventListener("click", () => fold(row.dataset.row, !shut.has(row.dataset.row)));
    row.querySelector(".title-cell").prepend(button);
  }
}

// Ticking

const boxes = () => [...(wrap()?.querySelectorAll("input[name='task']") ?? [])];
let last = null;

function count() {
  const form = document.getElementById("bulk");
  if (!form) return;
  const number = boxes().filter((box) => box.checked).length;
  const word = form.querySelector("[data-ticked]");
  word.textContent = number === 0 ? "" : number === 1 ? word.dataset.one : word.dataset.many.replace("#", String(number));
  form.classList.toggle("has-ticks", number > 0);
  form.querySelector("[data-needs-ticks]").hidden = number === 0;
  const all = wrap()?.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = false;
    all.checked = number > 0 && number === boxes().length;
    all.indeterminate = number > 0 && number < boxes().length;
  }
}

function begin() {
  addButtons();
  shut = folded();
  draw();
  count();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of boxes()) if (!box.closest("tr").hidden) box.checked = event.target.checked;
  }
  if (event.target.closest("#tasks")) count();
});

// With shift, everything between the last tick and this one.
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== "task") return;
  if (event.shiftKey && last?.isConnected) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) if (!one.closest("tr").hidden) one.checked = box.checked;
    count();
  }
  last = box;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const row = document.querySelector("#tasks .is-current[data-row]");
  if (!row) return;
  if (event.key === "x") {
    const box = row.querySelector("input[name='task']");
    if (!box) return;
    box.checked = !box.checked;
    count();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    if (!row.querySelector(".fold")) return;
    fold(row.dataset.row, event.key === "ArrowLeft");
  } else return;
  event.preventDefault();
});

// An address without the empty fields of the filter.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-quiet-empty]")) return;
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
// Coming back to the page, they are fields again.
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-quiet-empty] :disabled")) field.disabled = false;
});

document.addEventListener("summitry:refreshed", begin);
begin();
