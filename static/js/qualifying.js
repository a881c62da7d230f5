// <form data-autosave="/address">: what a coordinator writes is saved a moment after the last key, against the version
// that was read. When a colleague saved in between nothing is overwritten: it is said, and the button compares both.
// Everything works without this file, with the button.
let form = null, said = null;
const AFTER = 1500, AGAIN = 8000, PATIENCE = 15000; // ms
let typed = 0, saved = 0, timer = null, under = false, over = false;

const say = (words, kind = "") => {
  said.textContent = words;
  said.dataset.state = kind;
};

// in-place.js waits for what is under way: a button must not compare its author with themselves.
function save(leaving = false) {
  clearTimeout(timer);
  if (!under && !over && typed !== saved) form.underWay = send(form, leaving);
}

async function send(form, leaving) {
  const count = typed, data = new FormData(form);
  data.delete("action");
  under = true;
  let answer = null;
  try {
    answer = await fetch(form.dataset.autosave, { method: "POST", body: data, keepalive: leaving, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  } catch { /* no network, too slow, or signed out */ }
  const told = answer && [200, 409, 422, 423].includes(answer.status) ? await answer.json().catch(() => null) : null;
  under = false;
  if (told && answer.status === 200) form.elements.seen_version.value = told.version;
  if (over) return;
  if (!told) {
    say(said.dataset.failed, "failed");
    timer = setTimeout(save, AGAIN);
  } else if (answer.status === 409) {
    over = true; // from here on a person decides
    say(told.words, "overtaken");
  } else if (answer.status === 423) {
    say(told.words, "held"); // a colleague has the pen: again when it is free (together.js)
  } else if (answer.status === 422) {
    saved = count;
    say(told.words, "failed");
  } else {
    saved = count;
    say([told.words, told.matching].filter(Boolean).join(" · "), "saved");
    if (typed !== saved) timer = setTimeout(save, AFTER);
  }
}

function changed() {
  typed += 1;
  clearTimeout(timer);
  if (!over) timer = setTimeout(save, AFTER);
}

function start() {
  const found = document.querySelector("form[data-autosave]");
  if (!found || found === form) return;
  form = found;
  said = form.querySelector("[data-autosaved]");
  typed = saved = 0;
  over = !said;
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => { over = true; clearTimeout(timer); });
}
start();
document.addEventListener("htmx:load", start); // the form comes back anew when it is saved in place (in-place.js)
document.addEventListener("together:hold", () => save());
window.addEventListener("online", () => save());
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
window.addEventListener("pageshow", (event) => { if (event.persisted) over = false; });
