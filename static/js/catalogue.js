// The catalogue while one types: what was open stays open, the number of offers is said aloud.
// Everything works without this file.

// 1. Filters are replaced when their counts change: lists keep what was open and how far they were scrolled.
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "results") return;
  const facets = document.getElementById("facets-in");
  kept = {
    open: new Map([...facets.querySelectorAll("details[id]")].map((one) => [one.id, one.open])),
    scrolled: new Map([...facets.querySelectorAll("ul[id], div[id]")].map((one) => [one.id, one.scrollTop])),
  };
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (!kept) return;
  kept.open.forEach((open, id) => { const one = document.getElementById(id); if (one) one.open = open; });
  kept.scrolled.forEach((top, id) => { const one = document.getElementById(id); if (one) one.scrollTop = top; });
  kept = null;
  // 2. Screen readers hear how many offers there are now, without losing their place.
  const title = document.getElementById("results-title");
  const live = document.getElementById("live");
  if (live && title) live.textContent = title.textContent;
});

// 3. On a phone the filters cover the page: asking for the result closes them.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "search") return;
  const facets = document.getElementById("facets");
  if (facets.matches(":popover-open")) {
    facets.hidePopover();
    document.getElementById("results").scrollIntoView();
  }
});
