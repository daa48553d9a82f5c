// Sites on origins of their own that ask the yard: a real Docusaurus build, and a plain page under a strict policy.
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import path from "node:path";

const BUILD = path.join(import.meta.dirname, "docusaurus/build");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const PLACEHOLDERS = { server: "https://yard.example.invalid", key: "mb_of_the_test" };

async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/** The handbook as it was built, with the addresses of this test; `widget` is known after the site has an origin. */
export async function docusaurusSite(widget) {
  return listen(async (incoming, outgoing) => {
    const { pathname } = new URL(incoming.url, "http://site");
    for (const name of [pathname, `${pathname}/index.html`, `${pathname}.html`, "404.html"]) {
      const file = path.join(BUILD, path.normalize(name));
      const found = await readFile(file).catch(() => null);
      if (found === null) continue;
      const isText = [".html", ".js"].includes(path.extname(file));
      const body = isText
        ? found.toString().replaceAll(PLACEHOLDERS.server, widget.server).replaceAll(PLACEHOLDERS.key, widget.key)
        : found;
      outgoing.writeHead(name === "404.html" ? 404 : 200, {
        "Content-Type": TYPES[path.extname(file)] ?? "text/plain",
      });
      return outgoing.end(body);
    }
    outgoing.writeHead(404).end();
  });
}

/** One page, one script tag. `attributes` are those of the script, and may be given after the site has its origin. */
export async function plainSite(site) {
  return listen((incoming, outgoing) => {
    if (incoming.url !== "/") return outgoing.writeHead(404).end();
    outgoing.writeHead(200, { "Content-Type": TYPES[".html"], "Content-Security-Policy": policyOf(site) });
    return outgoing.end(plainPage(site));
  });
}

const policyOf = ({ server }) =>
  [
    "default-src 'none'",
    `script-src ${server}`,
    `connect-src ${server}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");

function plainPage({ server, language = "en", direction = "ltr", attributes = {}, text = "" }) {
  const given = Object.entries(attributes).map(([name, value]) => `data-${name}="${value}"`);
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>A plain page</title></head>
<body><main><h1>A plain page</h1><p id="text">${text}</p><p><a href="#text">A link of the page</a></p></main>
<script src="${server}/widget.js" async ${given.join(" ")}></script></body></html>`;
}

/** A host that sleeps before the yard: while `isAsleep` it answers as such hosts do, a page of its own with 503. */
export async function sleepyHost(base) {
  const host = { isAsleep: true, cutsAfterBytes: null, questions: [], nProbes: 0 };
  const { origin, close } = await listen((incoming, outgoing) => {
    if (incoming.url === "/health") host.nProbes += 1;
    if (host.isAsleep && incoming.url !== "/widget.js") {
      return outgoing.writeHead(503, { "Content-Type": "text/html" }).end("<h1>Starting</h1>");
    }
    if (incoming.method === "POST") host.questions.push(incoming.headers["idempotency-key"]);
    const options = { method: incoming.method, headers: incoming.headers };
    const forwarded = request(new URL(incoming.url, base), options, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      if (host.cutsAfterBytes === null || incoming.method !== "POST") return answer.pipe(outgoing);
      let sent = 0;
      answer.on("data", (piece) => {
        outgoing.write(piece);
        sent += piece.length;
        if (sent >= host.cutsAfterBytes) outgoing.destroy();
      });
    });
    outgoing.on("close", () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  return Object.assign(host, { origin, close });
}
