// Prints the gzip size of the JavaScript that `/` names in its HTML: what a browser fetches before the first paint.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

const OUT = path.resolve(import.meta.dirname, "../out");
const page = process.argv[2] ?? "index.html";
const html = readFileSync(path.join(OUT, page), "utf8");
const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"?]+)[^"]*"[^>]*>/g)].filter(
  ([tag]) => !/nomodule/i.test(tag),
);
const files = [...new Set(scripts.map(([, src]) => src))];

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(path.join(OUT, file))).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  gzip JavaScript before first paint of ${page}`);
