import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { awake } from "./waking";

let http: Server;
let answers: ("ok" | "proxy")[] = [];
let nAsked = 0;
const address = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}/health`;
const waiting = { onWaiting: () => {}, signal: new AbortController().signal };

beforeEach(async () => {
  nAsked = 0;
  http = createServer((_, response) => {
    nAsked += 1;
    const isOk = (answers[nAsked - 1] ?? answers.at(-1)) === "ok";
    const type = isOk ? "application/json" : "text/html";
    response.writeHead(200, { "Content-Type": type }).end(isOk ? "{}" : "<h1>Waking up</h1>");
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(null)));
});
afterEach(() => http.close());

test("an awake server is asked once", async () => {
  answers = ["ok"];
  expect([await awake(address(), waiting), nAsked]).toEqual([true, 1]);
});

test("a page of the host in front of a sleeping server is no answer", async () => {
  answers = ["proxy", "ok"];
  const told: number[] = [];
  expect(await awake(address(), { ...waiting, onWaiting: (seconds) => told.push(seconds) })).toBe(true);
  expect([nAsked, told.length]).toEqual([2, 1]);
});

test("it gives up in time, and at once when the reader does", async () => {
  answers = ["proxy"];
  expect(await awake(address(), { ...waiting, giveUpSeconds: 0.2 })).toBe(false);
  const control = new AbortController();
  control.abort();
  await expect(awake(address(), { ...waiting, signal: control.signal })).rejects.toThrow(/abort/i);
});
