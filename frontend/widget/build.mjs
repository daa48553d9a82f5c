// Builds the widget: dist/ for npm, and out/widget.js, which the server gives to sites with a script tag.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const HERE = import.meta.dirname;
const DIST = path.join(HERE, "dist");
const OUT = path.resolve(HERE, "../out");
const MOST_KB = 35;

const at = (...names) => path.join(HERE, ...names);
const common = { configFile: false, root: HERE, logLevel: "warn", publicDir: false };
const external = ["react", "@generated/globalData"];
const make = (entry, formats, fileName, more = {}) =>
  build({
    ...common,
    build: {
      outDir: DIST,
      emptyOutDir: false,
      target: "es2022",
      lib: { entry, formats, name: "ModelyardChat", fileName: () => fileName },
      rollupOptions: { external, ...more },
    },
  });

rmSync(DIST, { recursive: true, force: true });
await make(at("src/main.ts"), ["iife"], "widget.js");
await make(at("src/element.ts"), ["es"], "index.js");
// What React and Docusaurus load is the entry beside them, not a second copy of it.
const beside = {
  external: (id) => external.includes(id) || id === "../src/element",
  output: { paths: { [at("src/element")]: "./index.js" } },
};
const isForBrowsers = '"use client";';
await make(at("react/index.ts"), ["es"], "react.js", {
  ...beside,
  output: { ...beside.output, banner: isForBrowsers },
});
await make(at("docusaurus/client.ts"), ["es"], "docusaurus-client.js", beside);
await make(at("docusaurus/plugin.ts"), ["es"], "docusaurus.js");
if (process.argv.includes("--types"))
  execFileSync(path.resolve(HERE, "../node_modules/.bin/tsc"), ["-p", at("tsconfig.json")], { stdio: "inherit" });

const size = gzipSync(readFileSync(path.join(DIST, "widget.js")), { level: 9 }).length / 1000;
console.log(`widget.js: ${size.toFixed(1)} kB gzip`);
if (size > MOST_KB) throw new Error(`widget.js has ${size.toFixed(1)} kB gzip; ${MOST_KB} kB are allowed`);
if (!existsSync(OUT)) mkdirSync(OUT);
copyFileSync(path.join(DIST, "widget.js"), path.join(OUT, "widget.js"));
