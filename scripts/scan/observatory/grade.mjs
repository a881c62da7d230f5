// node grade.mjs HOST ADDRESS CERTIFICATE < [{"name", "path", "cookie"}]: each page graded by Mozilla's own tests, one
// JSON object. HOST is looked up nowhere: it is ADDRESS. The scanner's command line grades the home page alone, hence this.
import dns from "node:dns";
import { readFileSync, writeFileSync } from "node:fs";

const [host, address] = process.argv.slice(2);
const home = new URL("./node_modules/@mdn/mdn-http-observatory/", import.meta.url);
// Lists that its installation would fetch: no domain of ours is preloaded.
writeFileSync(new URL("conf/hsts-preload.json", home), "{}");
writeFileSync(new URL("conf/tld-list.json", home), "[]");

const lookup = dns.lookup;
dns.lookup = (name, options, done) => {
  if (typeof options === "function") [options, done] = [{}, options];
  if (name !== host) return lookup(name, options, done);
  return options?.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
};

const { retrieve } = await import(new URL("src/retriever/retriever.js", home));
const { ALL_TESTS } = await import(new URL("src/constants.js", home));
const { getGradeForScore, getScoreModifier } = await import(new URL("src/grader/grader.js", home));
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(new URL("src/grader/charts.js", home));

const graded = {};
for (const { name, path, cookie } of JSON.parse(readFileSync(0, "utf-8"))) {
  const headers = ["Accept: text/html", "Accept-Language: fr", ...(cookie ? [`Cookie: ${cookie}`] : [])];
  const page = await retrieve(host, { path, headers });
  if (!page.responses.auto) { graded[name] = { grade: "none", score: 0, status: 0, failed: ["unreachable"] }; continue; }
  const results = ALL_TESTS.map((test) => test(page));
  const modifiers = results.map((result) => (result.result ? getScoreModifier(result.result) : 0));
  const strict = 100 + modifiers.filter((one) => one < 0).reduce((sum, one) => sum + one, 0);
  const whole = 100 + modifiers.reduce((sum, one) => sum + one, 0);
  const final = getGradeForScore(strict >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? whole : strict);
  const failed = results.filter((result) => !result.pass).map((result) => `${result.constructor.name}: ${result.result}`);
  graded[name] = { grade: final.grade, score: final.score, status: page.responses.auto.status, failed };
}
console.log(JSON.stringify(graded));
process.exit(0);
