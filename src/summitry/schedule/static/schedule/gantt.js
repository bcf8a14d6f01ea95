// Moving and stretching bars, by pointer and by keyboard. Nothing is saved here: letting go opens the form with the
// consequences in the side panel, where the person confirms or goes back.

const ROW = 30;
const BAR = 16;
const DAY_MS = 86400000;
const SVG = "http://www.w3.org/2000/svg";

const chartOf = () => document.getElementById("gantt");
const toDay = (text) => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
const toText = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const toWords = (day) =>
  // Plain "en" would write days as Americans do; the pages do not. In Vietnamese they write months as numbers.
  new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, "en-GB") || "en-GB", {
    weekday: "short",
    day: "numeric",
    month: document.documentElement.lang === "vi" ? "numeric" : "short",
    timeZone: "UTC",
  }).format(new Date(day * DAY_MS));

/** One change under way: which bar, whether its end alone moves, and by how many days so far. */
let change = null;
let pointer = null;
let suppressClick = false;

function begin(bar, stretch) {
  const allowed = stretch ? bar.dataset.stretch === "1" : bar.dataset.move === "1";
  if (!allowed) return null;
  return { bar, stretch, days: 0 };
}

function daysOf({ bar, stretch, days }) {
  const start = toDay(bar.dataset.start);
  const finish = toDay(bar.dataset.finish);
  return stretch ? [start, Math.max(start, finish + days)] : [start + days, finish + days];
}

function show() {
  const chart = chartOf();
  const ghost = chart?.querySelector(".g-drag");
  if (!ghost) return;
  chart.querySelector(".g-drag-word")?.remove();
  if (!change || change.days === 0) {
    ghost.setAttribute("hidden", "");
    return;
  }
  const wide = Number(chart.dataset.day);
  const first = toDay(chart.dataset.first);
  const [start, finish] = daysOf(change);
  const y = Number(change.bar.dataset.rowIndex) * ROW + (ROW - BAR) / 2;
  ghost.setAttribute("x", (start - first) * wide);
  ghost.setAttribute("y", y - 2);
  ghost.setAttribute("width", Math.max(4, (finish - start + 1) * wide));
  ghost.setAttribute("height", BAR + 4);
  ghost.setAttribute("rx", 3);
  ghost.removeAttribute("hidden");
  const word = document.createElementNS(SVG, "text");
  word.setAttribute("class", "g-drag-word");
  word.setAttribute("x", (finish - first + 1) * wide + 8);
  word.setAttribute("y", y + BAR - 4);
  word.textContent = change.stretch ? `→ ${toWords(finish)}` : `${toWords(start)} → ${toWords(finish)}`;
  ghost.after(word);
}

function drop() {
  change = null;
  pointer = null;
  chartOf()?.classList.remove("dragging");
  show();
}

function consequences() {
  if (!change || change.days === 0) return drop();
  const chart = chartOf();
  const [start, finish] = daysOf(change);
  const url = chart.dataset.reschedule.replace("CODE", encodeURIComponent(change.bar.dataset.code));
  const values = {
    step: "preview",
    seen: change.bar.dataset.seen,
    not_before: change.stretch ? "" : toText(start),
    finish: change.stretch ? toText(finish) : "",
    csrfmiddlewaretoken: document.querySelector("#gantt-form [name=csrfmiddlewaretoken]").value,
  };
  if (document.getElementById("side") && !matchMedia("(max-width: 799px)").matches) {
    window.htmx.ajax("POST", url, { target: "#side", swap: "innerHTML show:none", values });
    return undefined;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  return undefined;
}

document.addEventListener("pointerdown", (event) => {
  const bar = event.target.closest?.("#gantt[data-editable] .g-bar[data-seen]");
  if (!bar || event.button !== 0 || event.pointerType === "touch") return;
  const started = begin(bar, event.target.classList.contains("g-handle"));
  if (!started) return;
  change = started;
  pointer = event.clientX + chartOf().scrollLeft;
  chartOf().classList.add("dragging");
});

document.addEventListener("pointermove", (event) => {
  if (pointer === null || !change) return;
  const chart = chartOf();
  const moved = event.clientX + chart.scrollLeft - pointer;
  change.days = Math.round(moved / Number(chart.dataset.day));
  show();
  event.preventDefault();
});

document.addEventListener("pointerup", () => {
  if (pointer === null) return;
  pointer = null;
  chartOf()?.classList.remove("dragging");
  if (change && change.days !== 0) {
    suppressClick = true;
    setTimeout(() => (suppressClick = false), 0);
    consequences();
  } else {
    drop();
  }
});

// A drag that ends over its own bar is no click; a link would otherwise be dragged as an address.
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("#gantt")) event.preventDefault();
});
document.addEventListener(
  "click",
  (event) => {
    if (suppressClick && event.target.closest?.("#gantt")) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const bar = document.activeElement?.closest?.(".g-bar");
  if (!bar) return;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const bars = [...document.querySelectorAll("#gantt .g-bar")];
    const next = bars[bars.indexOf(bar) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
    return;
  }
  if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && bar.dataset.seen !== undefined) {
    event.preventDefault();
    if (!change || change.bar !== bar || change.stretch !== event.shiftKey) change = begin(bar, event.shiftKey);
    if (change) change.days += event.key === "ArrowRight" ? 1 : -1;
    show();
    return;
  }
  if (event.key === "Enter" && change && change.bar === bar && change.days !== 0) {
    event.preventDefault();
    event.stopPropagation();
    consequences();
    return;
  }
  if (event.key === "Escape" && change) {
    event.stopPropagation();
    drop();
  }
}, true);

function toToday(smooth) {
  const chart = chartOf();
  if (!chart) return;
  const names = chart.querySelector(".gantt-names")?.offsetWidth ?? 0;
  const x = (toDay(chart.dataset.today) - toDay(chart.dataset.first)) * Number(chart.dataset.day);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.scrollTo({ left: Math.max(0, x - (chart.clientWidth - names) / 3), behavior: smooth && !calm ? "smooth" : "auto" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-gantt-today]")) toToday(true);
});

// After the plan changed the chart is drawn anew; what was being dragged no longer stands where it stood.
document.addEventListener("summitry:refreshed", drop);

// The zoom keeps the day in view that was at the left edge; the first look is at today.
const kept = sessionStorage.getItem("gantt-left");
const chart = chartOf();
if (chart && kept && kept.startsWith(`${location.pathname}|`)) {
  const [, day, top] = kept.split("|");
  chart.scrollLeft = (Number(day) - toDay(chart.dataset.first)) * Number(chart.dataset.day);
  chart.scrollTop = Number(top);
  sessionStorage.removeItem("gantt-left");
} else {
  toToday(false);
}
document.addEventListener("click", (event) => {
  const now = chartOf();
  if (!now || !event.target.closest("[data-zoom]")) return;
  const day = toDay(now.dataset.first) + now.scrollLeft / Number(now.dataset.day);
  sessionStorage.setItem("gantt-left", `${location.pathname}|${day}|${now.scrollTop}`);
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "+" && event.key !== "-" && event.key !== "t") return;
  if (!chartOf()) return;
  if (event.key === "t") {
    toToday(true);
    return;
  }
  const zooms = [...document.querySelectorAll("[data-zoom]")];
  const at = zooms.findIndex((zoom) => zoom.getAttribute("aria-current") === "true");
  zooms[at + (event.key === "+" ? -1 : 1)]?.click();
});
