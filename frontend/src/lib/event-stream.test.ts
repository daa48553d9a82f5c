import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ApiError } from "./api-error";
import { parseBlock, readEvents, type StreamEvent } from "./event-stream";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const started: ReturnType<typeof createServer>[] = [];

async function serve(...answers: Answer[]): Promise<string> {
  const server = createServer((request, response) => answers.shift()?.(request, response));
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
}

afterEach(() => {
  for (const server of started.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const open = (response: ServerResponse) => response.writeHead(200, { "Content-Type": "text/event-stream" });
const event = (id: number) => `id: ${id}\nevent: log\ndata: {"n": ${id}}\n\n`;

test("a broken line is taken up again after the last event seen", async () => {
  const asked: (string | undefined)[] = [];
  const note = (request: IncomingMessage) => asked.push(request.headers["last-event-id"] as string | undefined);
  const url = await serve(
    (request, response) => {
      note(request);
      open(response).write(event(1) + event(2), () => response.destroy());
    },
    (request, response) => {
      note(request);
      open(response).end(event(3));
    },
  );
  const seen: StreamEvent[] = [];
  await readEvents(url, { onEvent: (e) => seen.push(e), signal: new AbortController().signal, retryMs: [0] });
  expect(seen.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(seen[0]).toEqual({ id: "1", kind: "log", data: { n: 1 } });
  expect(asked).toEqual([undefined, "2"]);
});

test("an event cut by the network's packets comes whole", async () => {
  const url = await serve((_, response) => {
    open(response).write("id: 1\nevent: log\nda");
    setTimeout(() => response.end('ta: {"text": "Huế"}\n\n'), 10);
  });
  const seen: StreamEvent[] = [];
  await readEvents(url, { onEvent: (e) => seen.push(e), signal: new AbortController().signal });
  expect(seen).toEqual([{ id: "1", kind: "log", data: { text: "Huế" } }]);
});

test("a refusal ends the reading with the server's words", async () => {
  const url = await serve((_, response) => {
    const body = { error: "not_found", detail: "There is no run.", hint: null, fields: [], request_id: "r1" };
    response.writeHead(404, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  const reading = readEvents(url, { onEvent: () => undefined, signal: new AbortController().signal });
  await expect(reading).rejects.toMatchObject({ status: 404, message: "There is no run.", requestId: "r1" });
  await expect(reading).rejects.toBeInstanceOf(ApiError);
});

test("whoever stops listening is not reconnected", async () => {
  const url = await serve((_, response) => {
    open(response).write(event(1));
  });
  const stop = new AbortController();
  await readEvents(url, { onEvent: () => stop.abort(), signal: stop.signal });
  expect(stop.signal.aborted).toBe(true);
});

test("comments keep the line open and say nothing", () => {
  expect(parseBlock(": alive")).toBeNull();
  expect(parseBlock('data: {"a":\ndata: 1}')).toEqual({ id: null, kind: "message", data: { a: 1 } });
});
