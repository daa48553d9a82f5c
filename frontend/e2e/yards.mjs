// A yard of a test's own, with settings that the shared one does not have, and its pages on another origin.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const BIN = path.join(import.meta.dirname, "../../.venv/bin/modelyard");
const PAGES = path.join(import.meta.dirname, "../out");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** A yard in a folder of its own: started, stopped and started again on the same port. */
export class OwnYard {
  #data = mkdtempSync(path.join(tmpdir(), "modelyard-e2e-own-"));
  #settings;
  #process = null;
  origin = null;
  link = null;

  constructor(settings) {
    this.#settings = settings;
  }

  async start() {
    const port = this.origin ? new URL(this.origin).port : "0";
    const env = { ...process.env, ...this.#settings, MODELYARD_DATA: this.#data, PORT: port, OMP_NUM_THREADS: "1" };
    this.#process = spawn(BIN, ["up"], { env, stdio: ["ignore", "pipe", "ignore"] });
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const said = line.match(/Modelyard is ready.*?(https?:\/\/\S+)/);
      if (!said) continue;
      this.origin = new URL(said[1]).origin;
      this.link = said[1].includes("token=") ? said[1] : this.link;
      return this;
    }
    throw new Error("the yard did not start");
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGINT");
    await ended;
  }

  /** Kills the process that executes runs, as a machine that loses its power does. */
  killWorker() {
    const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(this.#process.pid)], {
      encoding: "utf8",
    });
    const worker = children.split("\n").find((line) => line.trim().endsWith(" worker"));
    process.kill(Number.parseInt(worker.trim(), 10), "SIGKILL");
  }

  async close() {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }
}

/** The exported pages on an origin of their own, built for the API at `apiOrigin()`, as a static host serves them. */
export async function pagesElsewhere(apiOrigin, port = 0) {
  const server = createServer(async (incoming, outgoing) => {
    const { pathname } = new URL(incoming.url, "http://pages");
    const file = path.join(PAGES, path.normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
    const found = await readFile(file).catch(() => null);
    if (found === null) return outgoing.writeHead(404).end();
    const isPage = path.extname(file) === ".html";
    const body = isPage ? found.toString().replaceAll('data-api=""', `data-api="${apiOrigin()}"`) : found;
    outgoing.writeHead(200, { "Content-Type": TYPES[path.extname(file)] ?? "application/octet-stream" });
    return outgoing.end(body);
  });
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
