// The second wall (Trusted Types): whatever a script makes into elements passes here first. What the server escaped
// badly, or a library put together, then carries no script, no handler and no address that runs. First on every page.
{
  const GONE = "script, iframe, frame, object, embed, base, meta, link, portal, fencedframe";
  const ADDRESSES = new Set(["href", "src", "action", "formaction", "xlink:href", "data", "poster"]);
  const RUNS = /^(javascript|vbscript|data:text|data:application|data:image\/svg)/i;

  const clean = (root) => {
    root.querySelectorAll(GONE).forEach((element) => element.remove());
    root.querySelectorAll("*").forEach((element) => {
      for (const { name, value } of [...element.attributes]) {
        // Browsers skip white space and control signs before a scheme, and inside it.
        const runs = ADDRESSES.has(name) && RUNS.test(value.replace(/[\u0000-\u0020]/g, ""));
        if (runs || name.startsWith("on") || name === "srcdoc") element.removeAttribute(name);
      }
      if (element.content instanceof DocumentFragment) clean(element.content);
    });
  };

  if (window.trustedTypes) {
    const asIs = trustedTypes.createPolicy("enact", { createHTML: (html) => html }); // for a document that runs nothing
    const home = new URL(".", document.querySelector("script[src*='js/trusted']").src).href; // our own scripts
    trustedTypes.createPolicy("default", {
      createHTML(html) {
        if (!html.includes("<")) return html;
        if (/^\s*<(!doctype|html|head|body)\b/i.test(html)) {
          const page = new DOMParser().parseFromString(asIs.createHTML(html), "text/html");
          clean(page);
          return `<!doctype html>${page.documentElement.outerHTML}`;
        }
        // In a template rows and cells stay what they are; in a document of its own nothing is fetched.
        const part = document.implementation.createHTMLDocument("").createElement("template");
        part.innerHTML = asIs.createHTML(html);
        clean(part.content);
        return part.innerHTML;
      },
      createScriptURL: (url) => (new URL(url, document.baseURI).href.startsWith(home) ? url : null),
      createScript: () => null,
    });
  }
}
