// The editor of an offer: topics are proposed anew once other words were kept (form-keep.js), not while one ticks them.
const form = document.getElementById("offer-form"), topics = document.getElementById("offer-topics");
let reworded = false;
form?.addEventListener("input", (event) => { reworded ||= event.target.matches("textarea, [lang]"); });
form?.addEventListener("kept", () => {
  if (reworded) topics.dispatchEvent(new CustomEvent("reworded"));
  reworded = false;
});
