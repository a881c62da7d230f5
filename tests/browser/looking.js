// What tests/browser/looking.py asks of a page. Evaluated there as one expression.
({
  // Texts in the page's own language, one for each block: no quotation, nothing that is marked as another language.
  stretches() {
    const own = document.documentElement.lang;
    const ours = (one) => one.closest("[lang]").lang === own && !one.closest(".words, .typed, .why q, [data-quoted]");
    const blocks = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (parent.closest("script, style, textarea, [hidden]") || !ours(parent)) continue;
      const block = parent.closest("p, li, dd, dt, h1, h2, h3, h4, td, th, label, legend, summary, button, option, a, div");
      blocks.set(block, (blocks.get(block) ?? "") + walker.currentNode.data);
    }
    const attributes = ["aria-label", "alt", "placeholder", "title"].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)].filter(ours).map((one) => one.getAttribute(name)));
    const said = [...document.querySelectorAll("[data-counter-left], [data-copied]")]
      .flatMap((one) => Object.entries(one.dataset).filter(([name]) => name !== "copy").map(([, text]) => text));
    const title = document.querySelector(`h1:not([lang="${own}"])[lang]`) ? [] : [document.title]; // it has no language of its own
    return [...title, ...blocks.values(), ...attributes, ...said]
      .map((text) => text.replace(/[ \n\t]+/g, " ").trim()).filter(Boolean);
  },

  // What makes the page wider than the window, leaves it, or hides a part of its own text.
  stickingOut() {
    const wide = document.documentElement.clientWidth, found = new Set();
    if (document.documentElement.scrollWidth > wide) found.add(`page ${document.documentElement.scrollWidth} px wide`);
    for (const one of document.querySelectorAll("body *")) {
      if (one.closest(".visually-hidden, .skip-link, .trap, .ask-path, svg, [hidden], .table-wrap, .space-tabs li, select, input")) continue;
      if (!one.checkVisibility()) continue;
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      const name = `${one.tagName.toLowerCase()}.${one.className}`;
      const cuts = (overflow) => ["hidden", "clip"].includes(overflow) && !one.querySelector("img, svg");
      if (box.width > 1 && (box.right > wide + 1 || box.left < -1)) found.add(`${name} sticks out`);
      if (cuts(style.overflowX) && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1) found.add(`${name} cuts text`);
      if (cuts(style.overflowY) && one.clientHeight > 1 && one.scrollHeight > one.clientHeight + 2) found.add(`${name} cuts lines`);
    }
    return [...found];
  },

  // What would move although less motion was asked for.
  moving() {
    const lasts = (all) => all.split(",").some((time) => parseFloat(time) > 0.001);
    return [...document.querySelectorAll("*")]
      .filter((one) => lasts(getComputedStyle(one).transitionDuration) || lasts(getComputedStyle(one).animationDuration))
      .map((one) => `${one.tagName}.${one.className}`);
  },

  // Where the focus is and how well one sees it; null when it is nowhere.
  focus() {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const shown = one.closest("label") ?? one;
    const box = shown.getBoundingClientRect(), style = getComputedStyle(one);
    const at = document.elementFromPoint(box.left + box.width / 2, Math.min(innerHeight - 1, box.top + box.height / 2));
    return {
      what: `${one.tagName.toLowerCase()}#${one.id}[${one.name ?? ""}] ${(one.innerText ?? "").slice(0, 40)}`,
      name: one.name ?? "", type: one.type ?? "", value: one.value ?? "", checked: one.checked ?? false, id: one.id, text: one.innerText ?? "",
      summary: one.matches("[data-error-summary]"), primary: one.matches("main .btn-primary"),
      seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      uncovered: !!at && (one.contains(at) || at.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(at))),
      marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
      place: [...document.querySelectorAll("*")].indexOf(one),
    };
  },
})
