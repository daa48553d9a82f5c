import { describe, expect, it } from "vitest";
import { parseBlock } from "@/lib/event-stream";
import type { Citation, KeptTurn } from "../types";
import { askedTurn, ended, folded, isGoing, keptTurn, merged, type Turn } from "./turn";

const citation = (n: number): Citation => ({
  n,
  document_id: `do_${n}`,
  text_hash: "abc",
  title: "Guide",
  headings: ["Install"],
  url: null,
  page: null,
  start: 3,
  end: 9,
  quote: "words",
  chunk_ids: [n],
  is_selection: false,
});

const stream = (...blocks: [string, unknown][]) =>
  blocks
    .map(([kind, data]) => parseBlock(`event: ${kind}\ndata: ${JSON.stringify(data)}`))
    .reduce<Turn>((turn, event) => (event ? folded(turn, event) : turn), askedTurn("How?", "key"));

const META = {
  session: "cs_1",
  searched_for: "How to install?",
  strategy: "llm",
  llm: { name: "small", provider_kind: "scripted", is_scripted: true },
  collection_version: 4,
};
const DONE = {
  call_id: "ca_1",
  answer: "Run it [1].",
  citations: [citation(1)],
  abstained: false,
  nearest: [],
  unsupported: [],
  usage: { n_input_tokens: 10, n_output_tokens: 3, cost_usd: null },
  latency_seconds: 0.5,
};

describe("an answer that is streamed", () => {
  it("grows, and ends with what the server kept", () => {
    const writing = stream(
      ["meta", META],
      ["delta", { text: "Run " }],
      ["delta", { text: "it [1]" }],
      ["citation", citation(1)],
    );
    expect(writing).toMatchObject({ state: "writing", text: "Run it [1]", searchedFor: "How to install?", version: 4 });
    expect(writing.citations).toHaveLength(1);
    expect(isGoing(writing)).toBe(true);
    const done = folded(writing, { id: null, kind: "done", data: DONE });
    expect(done).toMatchObject({ state: "done", text: "Run it [1].", callId: "ca_1", seconds: 0.5, strategy: "llm" });
    expect(done.citations).toEqual([citation(1)]);
  });

  it("keeps what was written when it fails, with what to do", () => {
    const failed = stream(
      ["meta", META],
      ["delta", { text: "Run" }],
      ["error", { error: "llm_busy", detail: "Busy.", hint: "Wait." }],
    );
    expect(failed).toMatchObject({ state: "failed", text: "Run" });
    expect(failed.error).toMatchObject({ code: "llm_busy", message: "Busy.", hint: "Wait." });
  });

  it("is stopped or broken only while it goes on", () => {
    const writing = stream(["delta", { text: "a" }]);
    expect(ended(writing, "stopped").state).toBe("stopped");
    expect(ended(writing, { error: new Error("cut") }).state).toBe("failed");
    const done = stream(["done", DONE]);
    expect(ended(done, "stopped")).toBe(done);
  });

  it("passes over events of kinds to come", () => {
    const turn = askedTurn("How?", "key");
    expect(folded(turn, { id: null, kind: "thought", data: {} })).toBe(turn);
  });
});

describe("a turn that the server kept", () => {
  const kept: KeptTurn = {
    call_id: "ca_1",
    at: "2026-11-21T10:00:00Z",
    question: "How?",
    selection: null,
    answer: "",
    citations: [],
    abstained: false,
    withdrawn: false,
    strategy: "llm",
    llm: null,
    searched_for: null,
    nearest: [],
    unsupported: [],
    language: null,
    collection_version: 4,
    finish: "error",
    error: { error: "llm_refused_key", detail: "The key is not accepted.", hint: "Enter a valid one." },
    latency_seconds: 0.5,
    usage: { n_input_tokens: 10, n_output_tokens: null, cost_usd: null },
    feedback: null,
  };

  it("says why it failed, and what it took", () => {
    const turn = keptTurn(kept);
    expect(turn).toMatchObject({ state: "failed", callId: "ca_1", usage: { n_input_tokens: 10 }, version: 4 });
    expect(turn.error).toMatchObject({ code: "llm_refused_key", message: "The key is not accepted." });
    expect(turn.error).toMatchObject({ hint: "Enter a valid one." });
  });

  it("was stopped by its reader, or is done", () => {
    expect(keptTurn({ ...kept, finish: "cancelled" }).state).toBe("stopped");
    expect(keptTurn({ ...kept, finish: "stop", error: null, answer: "So." })).toMatchObject({
      state: "done",
      error: null,
    });
  });
});

describe("a conversation", () => {
  const kept = { ...askedTurn("a", "ca_1"), callId: "ca_1" };
  const questions = (turns: readonly Turn[]) => turns.map(({ question }) => question);

  it("shows no answer twice when the server has it too", () => {
    const here = [{ ...askedTurn("a", "k1"), callId: "ca_1" }, askedTurn("b", "k2", 1)];
    expect(questions(merged([kept], here))).toEqual(["a", "b"]);
  });

  it("keeps a turn the one it was when the server's comes in, so that a comment being written stays", () => {
    const here = { ...askedTurn("b", "k2", 1), callId: "ca_2" };
    const keptToo = { ...askedTurn("b", "ca_2"), callId: "ca_2", at: "2026-11-21T10:00:00Z", text: "as kept" };
    expect(merged([kept, keptToo], [here])).toEqual([kept, { ...keptToo, key: "k2", at: null }]);
  });

  it("shows what was stopped once, as soon as the server has it", () => {
    const stopped = ended(askedTurn("b", "k2", 1), "stopped");
    expect(merged([kept], [stopped])).toEqual([kept, stopped]);
    const keptToo = { ...askedTurn("b", "ca_2"), callId: "ca_2" };
    expect(merged([kept, keptToo], [stopped])).toEqual([kept, { ...keptToo, key: "k2" }]);
  });

  it("leaves a failure behind once it was asked again", () => {
    const failed = ended(askedTurn("b", "ca_2", 1), { error: new Error("busy") });
    expect(questions(merged([kept, failed], []))).toEqual(["a", "b"]);
    expect(merged([kept, failed], [askedTurn("b", "k3", 2)]).map(({ key }) => key)).toEqual(["ca_1", "k3"]);
  });
});
