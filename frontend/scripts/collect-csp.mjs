// Writes out/csp.json: the hashes of all inline scripts of the exported pages, for the Content-Security-Policy header.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const OUT = path.resolve(import.meta.dirname, "../out");
const INLINE = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

const pages = readdirSync(OUT, { recursive: true }).filter((name) => name.endsWith(".html"));
const hashes = new Set();
for (const page of pages) {
  for (const [, script] of readFileSync(path.join(OUT, page), "utf8").matchAll(INLINE)) {
    if (script) hashes.add(`sha256-${createHash("sha256").update(script).digest("base64")}`);
  }
}
writeFileSync(path.join(OUT, "csp.json"), `${JSON.stringify([...hashes].sort(), null, 1)}\n`);
console.log(`${hashes.size} inline scripts on ${pages.length} pages`);
