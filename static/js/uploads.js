// Files are sent as soon as they are chosen or dropped, one after the other: progress, cancel, another try, removal.
// Enhances components/upload_field.html; without this file they travel with the form.

const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
for (const box of document.querySelectorAll("[data-upload]")) if (box.dataset.upload) start(box);

function start(box) {
  const words = box.dataset;
  const form = box.closest("form");
  const input = box.querySelector("input[type=file]");
  const [queue, list, says, still, pattern] = [".upload-queue", ".upload-list", ".upload-says", ".upload-still", "template"]
    .map((one) => box.querySelector(one));
  const waiting = [];
  let sending = null;
  let leaving = null; // the button pressed while files were on their way

  box.classList.add("is-live");
  box.querySelector(".upload-drop").hidden = false;
  input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("is-over"); });
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    add([...event.dataTransfer.files]);
  });
  window.addEventListener("online", () => queue.querySelectorAll(".upload-again:not([hidden])").forEach((button) => button.click()));

  function add(files) {
    for (const file of files) {
      const row = pattern.content.firstElementChild.cloneNode(true);
      const part = (name) => row.querySelector(name);
      const item = { file, row, part, request: null };
      part(".file-name").textContent = file.name;
      part("progress").setAttribute("aria-label", file.name);
      row.querySelectorAll("button").forEach((button) => name(button, button.textContent, file));
      part(".upload-cancel").addEventListener("click", () => drop(item));
      part(".upload-again").addEventListener("click", () => { wait(item); next(); });
      queue.append(row);
      wait(item);
    }
    next();
  }

  function name(button, text, file) {
    button.textContent = text;
    button.setAttribute("aria-label", `${text} ${file.name}`);
  }

  function wait(item) {
    item.row.classList.remove("is-refused");
    item.part(".upload-error").hidden = item.part(".upload-again").hidden = true;
    item.part("progress").hidden = false;
    item.part("progress").value = 0;
    waiting.push(item);
  }

  function next() {
    queue.hidden = !queue.children.length;
    if (sending) return;
    sending = waiting.shift() ?? null;
    if (sending) send(sending);
    else if (leaving) {
      const button = leaving;
      leaving = null;
      if (!queue.children.length) form.requestSubmit(button); // what was refused is read first
      else still.textContent = "";
    }
  }

  function send(item) {
    if (item.file.size > Number(words.uploadMax)) return fail(item, words.tooBig, false);
    const request = (item.request = new XMLHttpRequest());
    const data = new FormData();
    data.append(words.uploadField, item.file);
    const bar = item.part("progress");
    const meta = item.part(".file-meta");
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      meta.textContent = percent.format(bar.value);
    };
    request.upload.onload = () => { bar.removeAttribute("value"); meta.textContent = words.checking; };
    request.onload = () => {
      if (request.status !== 200) return fail(item, reason(request), request.status >= 500);
      item.row.remove();
      show(request.responseText, words.arrived.replace("{name}", item.file.name));
      over();
    };
    request.onerror = request.ontimeout = () => fail(item, words.lost, true);
    request.open("POST", words.upload);
    request.timeout = 300_000;
    request.send(data);
  }

  function reason(request) {
    try { return JSON.parse(request.responseText).error; } catch { return words.failed; }
  }

  function fail(item, text, again) {
    const error = item.part(".upload-error");
    error.textContent = text;
    error.hidden = false;
    item.row.classList.add("is-refused");
    item.part("progress").hidden = true;
    item.part(".file-meta").textContent = "";
    item.part(".upload-again").hidden = !again;
    name(item.part(".upload-cancel"), words.dismiss, item.file);
    says.textContent = `${item.file.name} : ${text}`;
    over();
  }

  function drop(item) {
    item.request?.abort();
    const place = waiting.indexOf(item);
    if (place >= 0) waiting.splice(place, 1);
    item.row.remove();
    input.focus();
    if (sending === item) over(); else next();
  }

  function over() { sending = null; next(); }

  function show(html, said) {
    list.innerHTML = html; // our own fragment
    if (said) says.textContent = list.querySelector("[data-again]")?.textContent ?? said;
    watch();
  }

  // What the antivirus is still looking at is asked for again, for a minute at most.
  let looks = 0;
  function watch() {
    if (!list.querySelector("[data-pending]") || looks >= 20) return;
    looks += 1;
    setTimeout(async () => {
      const answer = await fetch(words.upload).catch(() => null);
      if (answer?.ok && !sending) show(await answer.text());
      else watch();
    }, 3000);
  }
  watch();

  list.addEventListener("click", async (event) => {
    const button = event.target.closest("button[value^='remove:']");
    if (!button) return;
    event.preventDefault();
    const data = new FormData();
    data.append("action", button.value);
    const answer = await fetch(words.upload, { method: "POST", body: data }).catch(() => null);
    if (!answer?.ok) { says.textContent = words.lost; return; }
    show(await answer.text(), words.removed.replace("{name}", button.dataset.name));
    (list.querySelector("button") ?? input).focus();
  });

  form.addEventListener("submit", (event) => {
    if (!sending) return;
    event.preventDefault(); // before forms.js marks the form as sent
    leaving = event.submitter;
    still.textContent = words.still;
  });
}
