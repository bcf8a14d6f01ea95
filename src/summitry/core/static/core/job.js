// A job's page while it runs: the bar and the words follow the stream; when more changed (its state, its best so far),
// the part of the page is fetched again, so that the server alone writes words. Modules that draw listen to
// `summitry:job`, whose detail is what the stream said: state, progress, message, partial.

const followed = new WeakSet();
const REST = 800;

function show(part, said) {
  const bar = part.querySelector("[data-job-progress]");
  if (!bar) return;
  bar.value = said.progress;
  part.querySelector("[data-job-percent]").textContent = `${Math.round(100 * said.progress)} %`;
  if (said.message) part.querySelector("[data-job-message]").textContent = said.message;
}

/** What the words of the page depend on, beyond the bar and the message. */
const rest = (said) => JSON.stringify([said.state, said.partial, said.attempt, said.wish, said.waiting]);

function follow(part) {
  if (followed.has(part)) return;
  followed.add(part);
  const source = new EventSource(part.dataset.jobLive);
  let known = null;
  let due = 0;
  const close = () => {
    source.close();
    followed.delete(part);
  };

  async function fetchPart(ended) {
    due = 0;
    const answer = await fetch(part.dataset.jobPage, { headers: { Accept: "text/html", "X-Summitry-Refresh": "1" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (!fresh || !part.isConnected) return;
    if (part.innerHTML !== fresh.innerHTML) {
      const focus = part.contains(document.activeElement) && document.activeElement.closest("form")?.getAttribute("action");
      part.replaceChildren(...fresh.childNodes);
      if (focus) part.querySelector(`form[action="${CSS.escape(focus)}"] button`)?.focus({ preventScroll: true });
      window.htmx?.process(part);
    }
    if (ended) document.dispatchEvent(new CustomEvent("summitry:refreshed"));
  }

  source.addEventListener("job", (message) => {
    if (!part.isConnected) return close();
    const said = JSON.parse(message.data);
    show(part, said);
    document.dispatchEvent(new CustomEvent("summitry:job", { detail: { part, ...said } }));
    if (known !== null && rest(said) !== known && !due) due = setTimeout(() => fetchPart(said.ended), said.ended ? 0 : REST);
    // Between the making of the page and the stream it may have begun or ended.
    const shown = said.state === part.dataset.jobState && said.waiting === part.dataset.jobWaiting;
    if (known === null && !shown) fetchPart(said.ended);
    known = rest(said);
    if (said.ended) close();
  });
  source.addEventListener("closed", close);
  window.addEventListener("pagehide", close, { once: true });
}

function look() {
  for (const part of document.querySelectorAll("[data-job-live]")) follow(part);
}

document.addEventListener("htmx:afterSettle", look);
window.addEventListener("pageshow", look);
look();
