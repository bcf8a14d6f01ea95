// Says what is going on while a workbook is sent, read or written. Everything works without this module.

const form = document.querySelector("form[data-upload]");
if (form) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) return;
    event.preventDefault();
    send(form, file);
  });
}

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
    if (request.responseURL && request.responseURL !== new URL(form.action, location.href).href) {
      location.assign(request.responseURL);
      return;
    }
    // Faults: the page itself comes back.
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.addEventListener("error", () => {
    clearInterval(clock);
    form.submit();
  });
  request.send(new FormData(form));
}

for (const link of document.querySelectorAll("a[data-busy]")) {
  link.addEventListener("click", () => {
    const line = link.closest(".card").querySelector("[data-busy-line]");
    line.textContent = link.dataset.busy;
    line.hidden = false;
  });
}

document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[data-busy]");
  if (!button) return;
  button.textContent = button.dataset.busy;
  // After the form has taken its values: a disabled button sends none.
  setTimeout(() => (button.disabled = true));
});
