// A text field with proposals that htmx fetches below it: an ARIA combobox with a listbox.
// Any text is a good answer; choosing an option presses the hidden button, which asks the server. Without this
// file the field is a plain one, and the button beside it lists the same proposals as radio buttons.

const field = () => document.querySelector("[data-combobox]");
const options = () => [...document.querySelectorAll("#company-list [role=option]")];
const active = () => document.querySelector("#company-list [aria-selected=true]");

function dress() {
  const input = field();
  if (!input || input.getAttribute("role") === "combobox") return;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", input.dataset.combobox);
  document.querySelector("[value=search_company]")?.setAttribute("hidden", ""); // it searches while one types
}

function show(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field().setAttribute("aria-activedescendant", option.id);
  else field()?.removeAttribute("aria-activedescendant");
}

function close() {
  const input = field();
  if (!input || !options().length) return;
  document.getElementById(input.dataset.combobox).replaceChildren();
  input.setAttribute("aria-expanded", "false");
  show(null);
}

function choose(option) {
  const button = document.getElementById("choose-company");
  const number = Object.assign(document.createElement("input"), { type: "hidden", name: "company_choice", value: option.dataset.number });
  button.before(number);
  close();
  button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.isComposing) return;
  const all = options();
  if (event.key === "Escape" && all.length) { event.preventDefault(); close(); return; }
  if (event.key === "Enter" && active()) { event.preventDefault(); choose(active()); return; }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !all.length) return;
  event.preventDefault();
  const at = all.indexOf(active());
  show(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
});
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#company-list")) event.preventDefault(); // the field keeps the focus
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("#company-list [role=option]");
  if (option) choose(option);
  else if (event.target !== field()) close();
});
document.addEventListener("focusout", (event) => { if (event.target === field()) close(); });

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== field()?.dataset.combobox) return;
  const found = options().length > 0;
  if (found && document.activeElement !== field()) { close(); return; } // an answer that comes after one has left
  field().setAttribute("aria-expanded", String(found));
  field().setAttribute("aria-controls", found ? "company-list" : field().dataset.combobox);
  const live = document.getElementById("live");
  if (live) live.textContent = event.target.querySelector("[data-count]")?.textContent ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  dress();
  if (document.activeElement === document.body) (document.getElementById("company-card") ?? field())?.focus();
});
dress();
