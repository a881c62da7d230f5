// <button class="copy" data-copy="ENACT-7F3K-92" data-copied="Copié" hidden>: copies a text, says so, hidden without JavaScript.
const prepare = (root) => root.querySelectorAll("[data-copy][hidden]").forEach((b) => { b.hidden = !navigator.clipboard; });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch { return; }
  label.textContent = button.dataset.copied ?? "✓";
  const live = document.getElementById("live");
  if (live) live.textContent = label.textContent;
  setTimeout(() => { label.textContent = before; }, 2500);
});
prepare(document);
document.addEventListener("htmx:load", (event) => prepare(event.target));
