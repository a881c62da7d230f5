// Forms, progressively: no double submit, focus on the error summary, character counters, file fields in the page's language.
// Everything works without this file; nothing here validates.

// 1. A second click on a submitted form does nothing; coming back (bfcache) frees it again.
// The button is marked, not disabled, so that its name=value is still sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-allow-resubmit], [method='dialog']") || event.defaultPrevented) return;
  if (form.dataset.sent && form.method === "post") { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(free, 15000); // a download, a lost network: never locked for good
});
const free = () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
});
window.addEventListener("pageshow", free);
document.addEventListener("htmx:afterRequest", free);

// 2. The error summary takes the focus; its links put the cursor in the field.
function focusSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); summary.scrollIntoView({ block: "start" }); }
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".form-group") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

// 3. <textarea data-counter="2000" data-counter-left="{n} caractères restants" data-counter-over="{n} de trop">
function counter(area) {
  const max = Number(area.dataset.counter);
  if (!max || area.dataset.counted) return;
  area.dataset.counted = "1";
  const out = document.getElementById(`${area.id}_counter`) ?? area.insertAdjacentElement("afterend", document.createElement("span"));
  out.id = `${area.id}_counter`;
  out.classList.add("counter");
  const live = document.getElementById("live");
  const show = () => {
    const left = max - area.value.length;
    const text = (left < 0 ? area.dataset.counterOver : area.dataset.counterLeft) ?? "{n}";
    out.textContent = area.value.length > max * 0.5 ? text.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang)) : "";
    out.classList.toggle("is-over", left < 0);
  };
  area.addEventListener("input", show);
  area.addEventListener("change", () => { if (live && area.value.length > max * 0.9) live.textContent = out.textContent; });
  show();
}

// 4. A file field says « Choisir des fichiers » in the language of the page, not of the browser: ours lies under it.
function face(pick) {
  const [input, shown] = [pick.querySelector("input[type=file]"), pick.querySelector(".file-face")];
  const chosen = shown.querySelector(".file-chosen");
  const none = chosen.textContent;
  const show = () => { chosen.textContent = [...input.files].map((file) => file.name).join(", ") || none; };
  input.addEventListener("change", show);
  input.form?.addEventListener("reset", () => setTimeout(show));
  pick.classList.add("is-worded");
  shown.hidden = false;
  show();
}
const start = (root) => {
  root.querySelectorAll("textarea[data-counter]").forEach(counter);
  root.querySelectorAll(".file-pick:not(.is-worded)").forEach(face);
  focusSummary(root);
};
start(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });

// 4. Another language is another page: what was typed and not sent waits for it in this tab (form-keep.js has its own).
const LANG = "enact.lang", AT_ONCE = 60_000; // ms
const typed = () => [...document.querySelectorAll("main form[method=post]:not([data-keep]) :is(input, textarea, select)")]
  .filter((one) => one.id && !["hidden", "file", "password", "submit", "button"].includes(one.type));
const lang = document.querySelector(".lang");
lang?.addEventListener("submit", () => {
  const path = new URL(lang.elements.next.value, location.href).pathname;
  const words = typed().map((one) => [one.id, one.value, one.checked ?? false]);
  try { sessionStorage.setItem(LANG, JSON.stringify({ path, words, at: Date.now() })); } catch { /* private mode, full */ }
});
function restore() {
  let left = null;
  try { left = JSON.parse(sessionStorage.getItem(LANG)); sessionStorage.removeItem(LANG); } catch { /* private mode */ }
  if (left?.path !== location.pathname || Date.now() - left.at > AT_ONCE) return;
  let waiting = left.words.filter((one) => !put(...one));
  document.addEventListener("htmx:load", () => { waiting = waiting.filter((one) => !put(...one)); }); // choices that follow from others
}
function put(id, value, checked) {
  const one = document.getElementById(id);
  if (!one) return false;
  const choice = one.type === "checkbox" || one.type === "radio";
  if (choice ? one.checked === checked : one.value === value) return true;
  if (choice) one.checked = checked; else one.value = value;
  if (!choice && one.value !== value) { one.value = ""; return false; }
  const shut = one.closest("details:not([open])");
  if (shut) shut.open = true;
  one.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
restore();
