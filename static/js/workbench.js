// Keys of the queue (j k Enter / ?) and its help. Everything works without this file.
const KEY = "enact.keys";
const rows = [...document.querySelectorAll("[data-row]")];
const dialog = document.getElementById("wb-keys");
const box = document.getElementById("wb-keys-on");
let at = -1;

const enabled = () => { try { return localStorage.getItem(KEY) !== "off"; } catch { return true; } };
document.querySelectorAll("[data-open-dialog]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.openDialog)?.showModal());
});
if (box) {
  box.checked = enabled();
  box.addEventListener("change", () => { try { localStorage.setItem(KEY, box.checked ? "on" : "off"); } catch { /* private mode */ } });
}

function move(step) {
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement?.closest("[data-row]")); // where Tab or the mouse went
  rows[at]?.classList.remove("is-cursor");
  if (here >= 0) at = here;
  at = Math.min(rows.length - 1, Math.max(0, at + step));
  rows[at].classList.add("is-cursor");
  rows[at].querySelector("a")?.focus(); // Enter then opens it, as for any link
  rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open || !enabled()) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/" && document.getElementById("wb-q")) { event.preventDefault(); document.getElementById("wb-q").focus(); }
  else if (event.key === "?" && dialog) dialog.showModal();
});

// A link to a folded part opens it (a set-aside match after a reload).
const target = document.getElementById(location.hash.slice(1));
target?.closest("details")?.setAttribute("open", "");
