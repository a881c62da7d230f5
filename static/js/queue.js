// Choosing lines of the queue: « x », how many are chosen, the whole page at once. Without it the boxes are ticked by hand.
const boxes = [...document.querySelectorAll("[data-row] input[name=irritant]")];
const told = document.getElementById("wb-chosen");
const all = document.getElementById("wb-choose-all");
const keys = document.getElementById("wb-keys-on");
const help = document.getElementById("wb-keys");

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  boxes.forEach((box) => box.closest("[data-row]").classList.toggle("is-chosen", box.checked));
  const words = [told.dataset.none, told.dataset.one][count] ?? told.dataset.many;
  told.textContent = words.replace("{n}", count);
}

function choose(box, on = !box.checked) {
  box.checked = on;
}

if (told && boxes.length) {
  boxes.forEach((box) => box.addEventListener("change", tell));
  all.hidden = false;
  all.addEventListener("click", () => {
    const every = boxes.every((box) => box.checked);
    boxes.forEach((box) => choose(box, !every));
    tell();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || help?.open || keys?.checked === false) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const row = document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-cursor");
    if (!row) return;
    choose(row.querySelector("input[name=irritant]"));
    tell();
  });
  addEventListener("pageshow", tell); // back from the preview, the browser ticks what was ticked
  tell();
}
