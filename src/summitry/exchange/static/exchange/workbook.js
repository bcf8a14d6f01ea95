// Says what is going on while a workbook is sent, read or written. Everything works without this module.

document.addEventListener("submit", (event) => {
  const form = event.target;
  const file = form.matches("form[data-upload]") && form.querySelector("input[type=file]").files[0];
  if (file) {
    event.preventDefault();
    send(form, file);
    return;
  }
  const button = form.querySelector("button[data-busy]");
  if (button) {
    button.textContent = button.dataset.busy;
    // After the form has taken its values: a disabled button sends none.
    setTimeout(() => (button.disabled = true));
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-busy]");
  const line = link && link.closest(".card").querySelector("[data-busy-line]");
  if (line) {
    line.textContent = link.dataset.busy;
    line.hidden = false;
  }
});

function send(form, file) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("span");
  const button = form.querySelector("button");
  const size = `${(file.size / 1048576).toFixed(1)} MB`;
  box.hidden = false;
  button.disabled = true;
  words.textContent = `${words.dataset.sending}: ${size}`;

  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  const begun = performance.now();
  let clock = 0;
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    const tell = () => {
      const seconds = Math.round((performance.now() - begun) / 1000);
      words.textContent = `${words.dataset.reading} (${size}, ${seconds} s)`;
    };
    tell();
    clock = setInterval(tell, 1000);
  });
  request.addEventListener("load", () => {
    clearInterval(clock);
    if (request.status === 204) {
      location.assign(request.getResponseHeader("Location"));
      return;
    }
    // Faults: the page comes back with all of them.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.querySelector("#main");
    if (!fresh) {
      form.submit();
      return;
    }
    document.querySelector("#main").replaceWith(document.adoptNode(fresh));
    window.scrollTo(0, 0);
  });
  request.addEventListener("error", () => {
    clearInterval(clock);
    form.submit();
  });
  request.send(new FormData(form));
}
