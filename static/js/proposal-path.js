// The steps of a proposal: moved by hand (drag, Alt + arrows, the arrow buttons) and drawn as bars while dates are typed.
// Everything works without this file: the buttons then save the page. Nothing is saved here: « Enregistrer » does.
const form = document.getElementById("proposal-form");
const live = document.getElementById("live");
const DAY = 86400000;
let dirty = false, sent = false, held = null;

const lists = () => [...form.querySelectorAll("[data-steps]")];
const field = (step, name) => step.querySelector(`[name^="step-"][name$="-${name}"]`);
const optionOf = (step) => step.closest("[data-option]").dataset.option;

// Places and numbers follow what is seen; a step in another option is told to belong there.
function renumber() {
  for (const list of lists()) {
    [...list.children].forEach((step, place) => {
      field(step, "position").value = place;
      field(step, "option").value = optionOf(step);
      step.querySelector("[data-number]").textContent = place + 1;
    });
  }
  dirty = true;
}

function move(step, by) {
  const other = by < 0 ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  by < 0 ? other.before(step) : other.after(step);
  renumber();
  step.scrollIntoView({ block: "nearest" });
  if (live) live.textContent = `${step.querySelector("[data-number]").textContent} · ${field(step, "title").value}`;
}

function draw(step) {
  const bar = form.querySelector(`[data-bar="${CSS.escape(step.dataset.step)}"]`), box = bar?.closest("[data-bars]");
  if (!bar) return;
  const first = Date.parse(box.dataset.first), days = Math.max((Date.parse(box.dataset.last) - first) / DAY, 1);
  const at = (text) => Math.min(Math.max((Date.parse(text) - first) / DAY, 0), days) / days * 1000;
  const start = at(field(step, "start").value), end = at(field(step, "end").value);
  const rect = bar.querySelector(".bar-step");
  if (Number.isNaN(start)) { rect.setAttribute("width", 0); return; }
  rect.setAttribute("x", Math.min(start, 994));
  rect.setAttribute("width", Math.max((Number.isNaN(end) ? start : end) - start, 6));
}

function start() {
  document.querySelectorAll("[data-with-script]").forEach((one) => { one.hidden = false; });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-step]"), Number(button.dataset.move));
    button.focus();
  });
  form.addEventListener("keydown", (event) => {
    const by = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const step = by && event.target.closest("[data-step]");
    if (!step) return;
    event.preventDefault();
    move(step, by);
    event.target.focus();
  });
  form.addEventListener("input", (event) => {
    dirty = true;
    const step = event.target.closest("[data-step]");
    if (step && event.target.type === "date") draw(step);
  });
  form.addEventListener("submit", () => { sent = true; });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("beforeunload", (event) => { if (dirty && !sent) event.preventDefault(); });

  for (const step of form.querySelectorAll("[data-step]")) {
    const grip = step.querySelector("summary");
    grip.draggable = true;
    grip.addEventListener("dragstart", (event) => {
      held = step;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      step.classList.add("is-held");
    });
    grip.addEventListener("dragend", () => { step.classList.remove("is-held"); held = null; renumber(); });
  }
  for (const list of lists()) {
    list.addEventListener("dragover", (event) => {
      if (!held) return;
      event.preventDefault();
      const over = [...list.children].find((one) => one !== held && event.clientY < one.getBoundingClientRect().top + one.offsetHeight / 2);
      if (over ? over.previousElementSibling !== held : list.lastElementChild !== held) list.insertBefore(held, over ?? null);
    });
    list.addEventListener("drop", (event) => { if (held) event.preventDefault(); });
  }
}

if (form) start();
