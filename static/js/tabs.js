// On a phone the tabs of a space are one row that scrolls sideways: the current one is in view, held upright or not.
const bring = () => {
  for (const tab of document.querySelectorAll(".space-tabs [aria-current]")) {
    const row = tab.closest("ul");
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
};
bring();
addEventListener("resize", bring);
