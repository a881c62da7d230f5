// Toggles the passages behind one or several matches in the company's words. Without it, the links select one.
const box = document.querySelector("[data-passages]");
const toggles = () => [...document.querySelectorAll("a[data-line]")];
const caption = document.querySelector("[data-passages-of]");
const live = document.getElementById("live");
const KINDS = ["topic", "concept", "words"];

if (box) {
  const asked = new URLSearchParams(location.search).get("piste");
  const first = asked ? [] : box.dataset.passages.split(" ");
  const plain = caption?.dataset.passagesOne ? caption.textContent : "";
  const chosen = new Set(asked && toggles().some((one) => one.dataset.line === asked) ? [asked] : []);

  const show = () => {
    const wanted = chosen.size ? chosen : new Set(first);
    let passages = 0;
    for (const old of box.querySelectorAll("[data-lines]")) {
      const kinds = old.dataset.lines.split(" ").map((one) => one.split(":")).filter(([line]) => wanted.has(line)).map(([, kind]) => kind);
      const kind = old.classList.contains("is-hold") ? "hold" : KINDS.find((one) => kinds.includes(one));
      const fresh = document.createElement(kind ? "mark" : "span");
      if (kind) { fresh.className = `is-${kind}`; passages += kind === "hold" ? 0 : 1; }
      fresh.dataset.lines = old.dataset.lines;
      fresh.textContent = old.textContent;
      old.replaceWith(fresh);
    }
    for (const one of toggles()) one.setAttribute("aria-pressed", String(chosen.has(one.dataset.line)));
    if (plain) caption.textContent = !chosen.size ? plain : chosen.size === 1 ? caption.dataset.passagesOne : caption.dataset.passagesMany;
    return passages;
  };

  const toggle = (event, one) => {
    event.preventDefault();
    if (!chosen.delete(one.dataset.line)) chosen.add(one.dataset.line);
    const passages = show();
    if (live && caption) live.textContent = `${caption.textContent} (${passages})`;
    const seen = box.getBoundingClientRect();
    if (chosen.size && (seen.bottom < 80 || seen.top > innerHeight - 80)) document.getElementById("mots").scrollIntoView({ block: "nearest" });
  };

  const prepare = () => {
    for (const one of toggles()) {
      if (one.role === "button") continue;
      one.setAttribute("role", "button");
      one.addEventListener("click", (event) => { if (!event.ctrlKey && !event.metaKey) toggle(event, one); });
      one.addEventListener("keydown", (event) => { if (event.key === " ") toggle(event, one); });
    }
    if (toggles().length) show();
  };
  prepare();
  document.addEventListener("htmx:load", prepare); // the matches come back anew after a decision
}
