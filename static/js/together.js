// Two people on one case: this page says that it is open, and whether its form is being written, and shows who else is.
// Without it the page tells who was there when it was loaded; the version protects what is saved in any case.
// For others: form[data-writing] carries data-hold = mine | theirs | free, and gets the event « together:hold ».
const box = document.querySelector("[data-together]");
// The form may come back anew (in-place.js): it is looked for each time.
const penNow = () => document.querySelector("[data-pen]"), formNow = () => document.querySelector("form[data-writing]");
const live = document.getElementById("live");
const WRITING = 180_000, AWAY = 600_000; // ms without a keystroke, without any sign of a person
let here = Date.now(), typed = 0, held = 0, busy = false;

function show(into, html) {
  if (!into || into.innerHTML.trim() === html) return;
  const before = into.textContent.trim();
  const focused = into.contains(document.activeElement);
  into.innerHTML = html;
  if (focused) (into.querySelector("button") ?? formNow()?.querySelector("textarea"))?.focus();
  const now = into.querySelector("[data-said]")?.textContent.trim() ?? into.textContent.trim();
  if (live && now && into.textContent.trim() !== before) live.textContent = now;
}

async function beat(more = {}) {
  if (busy || document.hidden || Date.now() - here > AWAY) return;
  busy = true;
  const form = formNow(), pen = penNow();
  const body = new URLSearchParams({ held, ...more });
  if (form?.elements.seen_version) body.set("seen", form.elements.seen_version.value);
  if (typed && Date.now() - typed < WRITING) body.set("writing", "1");
  const { cited } = box.dataset; // said once: the call that this page shows was read
  if (cited) body.set("cited", cited);
  try {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(box.dataset.together, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "error" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (cited) {
      delete box.dataset.cited;
      document.querySelector("form[data-read]")?.remove();
    }
    show(box, told.people);
    // Whoever lost the pen reads so until it is free again or theirs: held stays what it was.
    if (told.hold !== "theirs") held = told.number;
    if (pen) show(pen, told.pen);
    if (form && form.dataset.hold !== told.hold) {
      form.dataset.hold = told.hold;
      form.dispatchEvent(new CustomEvent("together:hold", { detail: told.hold, bubbles: true }));
    }
  } catch { /* no network: the next beat tells */ } finally { busy = false; }
}

if (box) {
  for (const sign of ["pointerdown", "keydown", "scroll"]) document.addEventListener(sign, () => {
    const back = Date.now() - here > AWAY;
    here = Date.now();
    if (back) beat();
  }, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { here = Date.now(); beat(); } });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-writing]")) return;
    const begins = Date.now() - typed > WRITING;
    typed = Date.now();
    if (begins) beat();
  });
  // « Prendre la main » keeps what is typed here: nothing is reloaded.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-pen] [data-take-over]")) return;
    event.preventDefault();
    typed = Date.now();
    beat({ over: event.target.elements.over.value });
  });
  beat();
  setInterval(beat, Number(box.dataset.every));
}

// The page that compares two versions: words typed on the right choose the right.
document.querySelectorAll("[data-merge-mine]").forEach((side) => side.addEventListener("input", (event) => {
  if (event.target.name?.startsWith("pick-")) return;
  side.closest("fieldset").querySelector("input[type=radio][value=mine]").checked = true;
}));
