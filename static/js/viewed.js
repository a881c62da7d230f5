// Says that this offer was opened: no cookie, nothing about the visitor. Not again for « reload » and « back ».
const opened = performance.getEntriesByType("navigation")[0];
const offer = document.querySelector("[data-viewed]");
if (offer && opened?.type === "navigate") navigator.sendBeacon(offer.dataset.viewed);
