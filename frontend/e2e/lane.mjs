// Which test is next. Processes with a yard of their own each share the tests: who makes the folder of one has claimed it.
// A lane takes whole files, whose tests share what the first of them made; when none is left it helps where most is.
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";

const UNKNOWN_SECONDS = 8;

/** `files`: { name: [label, …] }; `seconds`: how long each test took last; `claims`: a folder, undefined when alone. */
export function* lane(files, seconds, claims) {
  const gone = new Set();
  const folder = (name) => name.replace(/\W+/g, "-");
  const claim = (name) => {
    if (gone.has(folder(name))) return false;
    gone.add(folder(name));
    try {
      if (claims) mkdirSync(path.join(claims, folder(name)));
    } catch (error) {
      if (error.code === "EEXIST") return false;
      throw error;
    }
    return true;
  };
  const left = (labels) => labels.filter((label) => !gone.has(folder(label)));
  const weight = (labels) => left(labels).reduce((sum, label) => sum + (seconds[label] ?? UNKNOWN_SECONDS), 0);
  const heaviest = () => Object.entries(files).sort((a, b) => weight(b[1]) - weight(a[1]));

  for (const [name, labels] of heaviest()) {
    if (!claim(`file ${name}`)) continue;
    for (const label of labels) if (claim(label)) yield label;
  }
  while (true) {
    for (const name of claims ? readdirSync(claims) : []) gone.add(name);
    const [[, labels]] = heaviest();
    const last = left(labels).at(-1);
    if (last === undefined) return;
    if (claim(last)) yield last;
  }
}
