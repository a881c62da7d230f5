// <form data-keep="/address">: what is typed is saved there on its own, a moment after the last key, and says so.
// Without a network it stays in this page (sessionStorage, emptied once saved). Everything works without this file.
const form = document.querySelector("form[data-keep]");
const status = form?.querySelector("[data-kept]") ?? null;
const AFTER = 1200, AGAIN = 8000, LEAST = 50; // ms, ms; signs before a first text makes a draft
const SKIPPED = new Set(["seen", "csrfmiddlewaretoken", "ticket", "work", "consent", "topics_shown"]);
const slot = (path) => `enact.keep:${path}`;
let here = location.pathname;
let typed = 0, saved = 0, timer = null, under = null, leaving = false;

const store = {
  read(path) { try { return JSON.parse(sessionStorage.getItem(slot(path))); } catch { return null; } },
  write(path, value) { try { sessionStorage.setItem(slot(path), JSON.stringify(value)); } catch { /* private mode, full */ } },
  drop(path) { try { sessionStorage.removeItem(slot(path)); } catch { /* private mode */ } },
  all() { try { return Object.keys(sessionStorage).filter((key) => key.startsWith(slot(""))).map((key) => key.slice(slot("").length)); } catch { return []; } },
};

const fields = () => [...form.elements].filter((one) => one.name && one.type !== "file" && one.type !== "hidden" && one.type !== "submit" && !SKIPPED.has(one.name));
const words = () => fields().map((one) => [one.name, one.type, one.value, one.checked ?? false]);
function body() {
  const data = new FormData(form);
  for (const one of form.querySelectorAll("input[type=file]")) data.delete(one.name);
  data.set("action", "keep");
  return data;
}
const isDraft = () => form.querySelector("[name=seen]") !== null;
const enough = () => isDraft() || (form.elements.text?.value.trim().length ?? 0) >= LEAST;

function say(kind, time) {
  if (!status) return;
  const text = (status.dataset[kind] ?? "").replace("{time}", time ?? "");
  status.hidden = !text;
  status.textContent = text;
  status.classList.toggle("is-offline", kind === "offline");
  const live = document.getElementById("live");
  if (live && (kind === "offline" || kind === "online")) live.textContent = text; // the rest would only disturb
}
const now = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

const marks = (seen) => new Map((seen ?? "").split(" ").filter(Boolean).map((one) => one.split(":")));
const stash = () => store.write(here, { words: words(), seen: form.elements.seen?.value });

async function save() {
  clearTimeout(timer);
  if (under || leaving || typed === saved || !enough()) return;
  const count = typed;
  under = new AbortController();
  const limit = setTimeout(() => under?.abort(), 10000);
  let answer = null;
  try {
    answer = await fetch(form.dataset.keep, { method: "POST", body: body(), signal: under.signal, redirect: "error" });
  } catch { /* no network, or too slow */ }
  clearTimeout(limit);
  under = null;
  if (leaving) return;
  if (answer?.ok) return kept(count, await answer.json().catch(() => ({})));
  stash();
  say("offline");
  if (!answer || answer.status >= 500 || answer.status === 429) timer = setTimeout(save, AGAIN);
}

function kept(count, told) {
  const again = status?.classList.contains("is-offline");
  saved = count;
  if (told.url) { // the first words became a draft: what follows belongs to it
    store.drop(here);
    form.action = form.dataset.keep = told.url;
    if (form.hasAttribute("data-keep-moves")) { history.replaceState(null, "", told.url); here = location.pathname; }
  }
  if (told.seen) mark(told.seen);
  if (typed === saved) store.drop(here); else timer = setTimeout(save, AFTER);
  say(again ? "online" : "kept", now());
  form.dispatchEvent(new CustomEvent("kept", { bubbles: true })); // a page that shows what is kept looks again
}

function mark(seen) {
  const field = form.querySelector("[name=seen]") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "seen", id: "seen" }));
  field.value = seen;
}

function changed(event) {
  if (event.target.type === "file" || SKIPPED.has(event.target.name)) return;
  typed += 1;
  clearTimeout(timer);
  timer = setTimeout(save, AFTER);
}

// What a lost network left behind in this tab comes back, field by field, where the server knows nothing newer.
function restore() {
  const left = store.read(here);
  if (!left) return;
  // Where « seen » is one number for all, another number means that what was left here was saved, or overtaken.
  const version = form.elements.seen?.value ?? "";
  if (/^\d+$/.test(version) && left.seen !== version) return store.drop(here);
  const before = marks(left.seen), now = marks(form.elements.seen?.value);
  for (const [name, type, value, checked] of left.words ?? []) {
    const choice = type === "checkbox" || type === "radio";
    const one = fields().find((field) => field.name === name && field.type === type && (!choice || field.value === value));
    const known = name === "topics" ? `topic.${value}` : name;
    if (!one || before.get(known) !== now.get(known)) continue;
    if (choice ? one.checked === checked : one.value === value) continue;
    if (choice) one.checked = checked; else one.value = value;
    typed += 1;
  }
  if (typed) save(); else store.drop(here);
}

function leave() {
  if (leaving || typed === saved || !enough()) return;
  if (isDraft() && navigator.onLine && navigator.sendBeacon(form.dataset.keep, body())) saved = typed; else stash();
}

// Where a draft goes on, the page on which it began has nothing more to hold; where it was sent, none has.
const sent = document.querySelector("[data-keep-done]") !== null;
const begins = (path) => path.split("/").length < 4; // "/", "/demande/"
for (const path of store.all()) if (sent || (form && isDraft() && begins(path))) store.drop(path);
if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (!navigator.onLine) { // the browser would show its own page, and the words would be gone with this one
      event.preventDefault();
      stash();
      say("offline");
      return;
    }
    leaving = true;
    under?.abort();
    clearTimeout(timer);
    stash(); // a cut on the way: the words are here when the person comes back
  });
  window.addEventListener("online", () => { if (typed === saved && status?.classList.contains("is-offline")) say("online"); save(); });
  window.addEventListener("offline", () => { stash(); say("offline"); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
  // Another language is another page at this address, drawn before the last words arrive: they wait for it here.
  document.querySelector(".lang")?.addEventListener("submit", () => { if (typed !== saved) stash(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; } });
  restore();
  // On a slow line somebody types before this module runs: those keys were not listened to.
  const ahead = (one) => "defaultValue" in one && one.type !== "checkbox" && one.type !== "radio" && one.value !== one.defaultValue;
  if (!typed && fields().some(ahead)) { typed = 1; timer = setTimeout(save, AFTER); }
}
