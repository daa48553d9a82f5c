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

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const sizes = files.map((file) => gzipSync(readFileSync(path.join(OUT, file))).length);
const total = sizes.reduce((sum, size) => sum + size, 0);
console.log(`${kilobytes(total)} gzip JavaScript before first paint of ${page}, in ${files.length} files:`);
for (const [index, file] of files.entries()) console.log(`${kilobytes(sizes[index]).padStart(10)}  ${file}`);
