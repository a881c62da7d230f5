// While somebody types: what a text should rather not say, said politely under the field, never in the way.
// Same rules and same test cases as foundation/sensitive.py; only <textarea data-sensitive> is read, nothing is sent.

const LETTERS = "0-9A-Za-zÀ-ÿ";
const BEFORE = 30;

const mod97 = (digits) => Number(BigInt(digits) % 97n);
const CHECKS = {
  iban: (text) => mod97((text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (sign) => sign.charCodeAt(0) - 55)) === 1,
  nir: (text) => 97 - mod97(text.slice(0, 13).toUpperCase().replace("2A", "19").replace("2B", "18")) === Number(text.slice(13)),
  luhn: (text) => [...text].reverse().reduce((sum, digit, place) => {
    const twice = Number(digit) * (place % 2 + 1);
    return sum + (twice > 9 ? twice - 9 : twice);
  }, 0) % 10 === 0,
};

// `rules` as they lie in sensitive-rules.json.
export function compile({ rules }) {
  return rules.map((rule) => ({
    kind: rule.kind,
    pattern: rule.words
      ? new RegExp(`(?<![${LETTERS}])(?:${rule.words.join("|").replaceAll(" ", "\\s+")})(?![${LETTERS}])`, "giu")
      : new RegExp(rule.pattern, `g${rule.flags ?? ""}u`),
    fits: CHECKS[rule.check] ?? (() => true),
    unless: rule.unless && new RegExp(rule.unless, "iu"),
    after: rule.after && new RegExp(rule.after, "iu"),
  }));
}

// [{kind, words}] in the order of the text; `compiled`: what compile gave.
export function find(text, compiled) {
  const found = [];
  for (const { kind, pattern, fits, unless, after } of compiled) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      const before = text.slice(Math.max(0, start - BEFORE), start);
      if (found.some((one) => one.start < end && start < one.end)) continue;
      if (unless?.test(before) || (after && !after.test(before))) continue;
      if (fits(match[0].replace(/[\s-]/g, ""))) found.push({ kind, words: match[0], start, end });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

const pattern = document.getElementById("sensitive-notice");
let rules = null;

function watch(area) {
  const place = document.createElement("div");
  place.setAttribute("role", "status");
  (document.getElementById(`${area.id}_counter`) ?? area).after(place);
  const accepted = new Set();
  let shown = "";
  let timer = 0;
  const look = async () => {
    rules ??= fetch(pattern.dataset.rules).then((answer) => answer.json()).then(compile);
    const found = find(area.value, await rules).filter((one) => !accepted.has(one.kind));
    const said = [...new Map(found.map((one) => [one.kind, one])).values()];
    const key = said.map((one) => one.kind + one.words).join();
    if (key === shown) return; // announced once
    shown = key;
    place.replaceChildren(...(said.length ? [notice(said)] : []));
  };
  const notice = (said) => {
    const box = pattern.content.querySelector(".sensitive").cloneNode(true);
    const list = box.querySelector("ul");
    for (const { kind, words } of said) {
      const item = document.createElement("li");
      item.textContent = pattern.content.querySelector(`[data-kind="${kind}"]`).textContent.replace("{words}", words.slice(0, 60));
      list.append(item);
    }
    box.querySelector("button").addEventListener("click", () => {
      said.forEach((one) => accepted.add(one.kind));
      shown = "";
      place.replaceChildren();
      area.focus();
    });
    return box;
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => look().catch(() => { rules = null; }), 700); };
  area.addEventListener("input", soon);
  if (area.value) soon();
}

if (pattern) {
  const start = (root) => root.querySelectorAll("textarea[data-sensitive]:not([data-watched])").forEach((area) => {
    area.dataset.watched = "1";
    watch(area);
  });
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target));
}
