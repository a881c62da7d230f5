// One irritant's screen by keys: j and J walk along the matches, k keeps the chosen one, a digit sets it aside with that
// reason, u takes the decision back. And the names of colleagues below a note, put into it by a click.
// Everything works without this file; the keys can be switched off in their help (workbench.js).
const lines = () => [...document.querySelectorAll("[data-match]")].filter((one) => one.offsetParent !== null);
const chosen = () => document.activeElement?.closest("[data-match]");
const enabled = () => { try { return localStorage.getItem("enact.keys") !== "off"; } catch { return true; } };

function walk(step) {
  const all = lines(), at = all.indexOf(chosen());
  const next = all[at < 0 ? (step > 0 ? 0 : -1) : at + step];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function digit(event) {
  return /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]; // the key, not the sign: on a French keyboard « & » is 1
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !enabled()) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "j") return walk(1);
  if (event.key === "J") return walk(-1);
  const line = chosen(), number = digit(event);
  const press = !line ? null
    : event.key === "k" ? line.querySelector("button[data-move=keep]")
    : event.key === "u" ? line.querySelector("button[data-move=undo]")
    : number ? line.querySelector(`button[data-digit="${number}"]`) : null;
  if (!press) return;
  event.preventDefault();
  press.form.requestSubmit(press); // once: forms.js keeps a second one back
});

// Where reading goes on after a decision (the address names the line), the next key already works.
const line = document.getElementById(location.hash.slice(1));
if (line?.matches("[data-match]") && enabled()) line.focus({ preventScroll: true });

for (const list of document.querySelectorAll("[data-mention]")) {
  const area = document.getElementById(list.dataset.mention);
  for (const name of list.querySelectorAll(".wb-handle")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "wb-handle", textContent: name.textContent });
    button.addEventListener("click", () => {
      const before = area.value.slice(0, area.selectionStart).replace(/@$/, "");
      const space = before && !/\s$/.test(before) ? " " : "";
      area.setRangeText(`${space}${name.textContent} `, before.length, area.selectionEnd, "end");
      area.focus();
    });
    name.replaceWith(button);
  }
}
