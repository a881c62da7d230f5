// What is sent from a part of a page comes back into the page: <section data-in-place="pistes agir"> (or one button)
// names the parts, by id, that change with it. The place, the focus and what is typed elsewhere stay. Everything works
// without this file: the same forms then lead to the whole page. Other modules start again on "htmx:load" of a part.
const MESSAGES = ".wb-messages", FOCUSABLE = "button, a[href], summary, input:not([type=hidden]), select, textarea";

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  const place = (button ?? form).closest("[data-in-place]");
  if (!place || form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.matches("[data-take-over]")) return; // answered by its own module
  event.preventDefault(); // captured: before forms.js counts it as sent
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  button?.setAttribute("aria-busy", "true");
  send(form, button, place).catch(() => whole(form, button));
}, true);

async function send(form, button, place) {
  await form.underWay; // qualifying.js: what it is saving by itself
  // By attribute: a button may be called "action" too, and then form.action is that button.
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const answer = await fetch(action, { method: "POST", body: new FormData(form, button), headers: { "X-In-Place": "1" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const names = place.dataset.inPlace.split(" ").filter((id) => document.getElementById(id));
  if (answer.status >= 500 || names.some((id) => !page.getElementById(id))) {
    // Another page than this one (signed out, two versions to compare): shown as a page.
    if (answer.redirected) location.assign(answer.url); else whole(form, button);
    return;
  }
  const line = form.closest("li[id]"), next = line && (line.nextElementSibling ?? line.previousElementSibling)?.id;
  const before = line?.getBoundingClientRect().top;
  const focused = document.activeElement?.id;
  for (const id of names) swap(document.getElementById(id), document.adoptNode(page.getElementById(id)));
  say(page.querySelector(MESSAGES));
  const wrong = names.map((id) => document.getElementById(id).querySelector("[aria-invalid=true]")).find(Boolean);
  const target = wrong || (next && document.getElementById(next)) || document.getElementById(focused) || document.getElementById(names[0]);
  if (before !== undefined && target?.id === next) scrollBy(0, target.getBoundingClientRect().top - before);
  focus(target);
}

function swap(old, fresh) {
  const open = [...old.querySelectorAll("details[open]:not(.wb-aside)")].map(key);
  old.replaceWith(fresh);
  for (const one of fresh.querySelectorAll("details")) if (open.includes(key(one))) one.open = true;
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}
const key = (one) => one.id || `${one.parentElement.closest("[id]").id} ${one.className}`;

// The page's messages are replaced too, stay in sight, and are read aloud.
function say(fresh) {
  const old = document.querySelector(MESSAGES), live = document.getElementById("live");
  if (!old || !fresh) return;
  document.adoptNode(fresh).classList.add("is-afloat");
  old.replaceWith(fresh);
  if (live) live.textContent = fresh.textContent.trim().replace(/\s+/g, " ");
}

function focus(target) {
  if (!target) return;
  if (!target.matches(FOCUSABLE) && !target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

// As the browser would have sent it.
function whole(form, button) {
  if (button?.name) {
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
    form.append(kept);
  }
  if (button?.hasAttribute("formaction")) form.setAttribute("action", button.getAttribute("formaction"));
  HTMLFormElement.prototype.submit.call(form);
}
