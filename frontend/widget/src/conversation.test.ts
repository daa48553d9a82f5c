import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Conversation, type Turn } from "./conversation";
import { Keeping } from "./keeping";
import { Server } from "./server";
import { wordsOf } from "./words";

type Asked = { path: string; headers: IncomingMessage["headers"]; body: { session?: string | null } };
type Answering = (asked: Asked, response: ServerResponse, nth: number) => void;

let http: HttpServer;
afterEach(() => http.close().closeAllConnections());

const DONE = { call_id: "cl_1", answer: "Yes [1].", citations: [{ n: 1 }], abstained: false, nearest: [] };
const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const whole: Answering = (_, response) =>
  response
    .writeHead(200, { "Content-Type": "text/event-stream" })
    .end(
      event("meta", { session: "cs_1", reader_token: "rd_1", strategy: "llm", llm: null }) +
        `: alive\n\n${event("delta", { text: "Yes " })}${event("delta", { text: "[1]." })}${event("done", DONE)}`,
    );
const refused = (status: number, detail: string): Answering => {
  return (_, response) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ detail, hint: "Wait." }));
};

/** A yard that answers each question as said, the last way for all that follow. */
async function conversationWith(...ways: Answering[]) {
  const asked: Asked[] = [];
  http = createServer(async (request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ status: "ok", endpoint_id: "ep_1", name: "Handbook" }));
    }
    const pieces = await request.toArray();
    asked.push({
      path: request.url ?? "",
      headers: request.headers,
      body: JSON.parse(Buffer.concat(pieces).toString()),
    });
    return (ways[asked.length - 1] ?? ways.at(-1))?.(asked.at(-1) as Asked, response, asked.length);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(null)));
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const keeping = new Keeping("mb_1");
  const [turns, notes]: [Turn[], string[]] = [[], []];
  const conversation = new Conversation(
    new Server({ server, browserKey: "mb_1", endpoint: null }, keeping),
    wordsOf("en"),
    {
      onTurn: (turn) => turns.includes(turn) || turns.push(turn),
      onDropped: (turn) => turns.splice(turns.indexOf(turn), 1),
      onWaiting: () => {},
      onNote: (text) => notes.push(text),
    },
  );
  return { conversation, asked, turns, notes, keeping };
}

test("an answer is told in pieces; the next question goes on with its conversation and reader", async () => {
  const { conversation, asked, turns } = await conversationWith(whole);
  expect(await conversation.ask({ question: "Is it?" })).toBeNull();
  expect(turns[0]).toMatchObject({ answer: "Yes [1].", state: "done", callId: "cl_1" });
  await conversation.ask({ question: "And why?" });
  expect(asked.map(({ body }) => body.session)).toEqual([null, "cs_1"]);
  expect(asked.map(({ headers }) => headers["x-reader-token"])).toEqual([undefined, "rd_1"]);
  expect(asked[0]?.headers["x-browser-key"]).toBe("mb_1");
  expect(asked[0]?.path).toBe("/api/v1/public/endpoints/ep_1/calls");
});

test("a question that broke off is asked again as the same request, another one is not", async () => {
  const half: Answering = (_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(event("meta", { session: "cs_1" }));
    setTimeout(() => response.destroy(), 20);
  };
  const { conversation, asked, turns } = await conversationWith(half, half, whole);
  expect(await conversation.ask({ question: "Is it?" })).toMatch(/connection broke/);
  expect(turns).toEqual([]);
  await conversation.ask({ question: "Is it so?" });
  expect(await conversation.ask({ question: "Is it so?" })).toBeNull();
  const keys = asked.map(({ headers }) => headers["idempotency-key"]);
  expect(keys[1]).not.toBe(keys[0]);
  expect(keys[2]).toBe(keys[1]);
});

test("a conversation that has ended is followed by a new one, with a note", async () => {
  const { conversation, asked, notes, keeping } = await conversationWith(refused(404, "No such conversation."), whole);
  keeping.change({ session: "cs_old", token: "rd_old" });
  expect(await conversation.ask({ question: "Is it?" })).toBeNull();
  expect(asked.map(({ body }) => body.session)).toEqual(["cs_old", null]);
  expect(asked[0]?.headers["idempotency-key"]).not.toBe(asked[1]?.headers["idempotency-key"]);
  expect(notes).toEqual([wordsOf("en").ended]);
});

test("a token that is not taken any more is left with its conversation", async () => {
  const { conversation, asked, keeping } = await conversationWith(refused(401, "Expired."), whole);
  keeping.change({ session: "cs_old", token: "rd_old" });
  expect(await conversation.ask({ question: "Is it?" })).toBeNull();
  expect(asked[1]?.headers["x-reader-token"]).toBeUndefined();
  expect(keeping.now).toMatchObject({ token: "rd_1", session: "cs_1" });
});

test.each([
  [refused(429, "The limit is reached."), "The limit is reached. Wait."],
  [
    ((_, r) => r.writeHead(200, { "Content-Type": "text/event-stream" }).end("event: x\ndata: {oh\n\n")) as Answering,
    /not be read/,
  ],
  [((_, r) => r.writeHead(500, { "Content-Type": "text/html" }).end("<h1>oops")) as Answering, /not be read/],
  [
    ((_, r) => r.writeHead(200).end(event("error", { detail: "The LLM is busy.", hint: "Wait." }))) as Answering,
    "The LLM is busy. Wait.",
  ],
])("what the server refuses is said in its words, or in ours", async (way, sentence) => {
  const { conversation, asked, turns } = await conversationWith(way);
  expect(await conversation.ask({ question: "Is it?" })).toMatch(sentence);
  expect([turns.length, asked.length]).toEqual([0, 1]);
});

test("an answer that is stopped keeps what there is", async () => {
  const slow: Answering = (_, response) =>
    response
      .writeHead(200, { "Content-Type": "text/event-stream" })
      .write(event("meta", { session: "cs_1" }) + event("delta", { text: "So far" }));
  const { conversation, turns } = await conversationWith(slow);
  const asking = conversation.ask({ question: "Is it?" });
  await expect.poll(() => turns[0]?.answer).toBe("So far");
  conversation.stop();
  expect(await asking).toBeNull();
  expect(turns[0]).toMatchObject({ answer: "So far", state: "stopped" });
});
