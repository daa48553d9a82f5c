/** A first experiment that needs no key and no network: real answers of a real LLM, recorded. */
import type { QueryClient } from "@tanstack/react-query";
import { BLANK, type Draft } from "./draft";
import { addQuestionSet, addRecorded, llmsQuery } from "./queries";

/** The question set whose answers were recorded. */
const RECORDED_SET = "questions_bbh";

/** Add the questions and the recording where they are not there yet, and compare its two ways of asking. */
export async function recordedDraft(client: QueryClient): Promise<Draft> {
  const dataset = await addQuestionSet(RECORDED_SET);
  const there = (await client.fetchQuery(llmsQuery)).find(isRecording);
  const llm = there ?? (await addRecorded());
  await Promise.all([
    client.invalidateQueries({ queryKey: ["datasets"] }),
    client.invalidateQueries({ queryKey: ["llms"] }),
  ]);
  return {
    ...BLANK,
    name: "Directly or step by step?",
    description: "Does it help to let the LLM think step by step before it answers?",
    samples: { ...BLANK.samples, dataset: dataset.id, limit: 250 },
    strategies: [
      { kind: "naive", label: "Directly" },
      { kind: "cot", label: "Step by step" },
    ],
    llms: [{ llm: llm.id, label: "" }],
  };
}

const isRecording = ({ provider }: { provider: Record<string, unknown> }) =>
  provider.kind === "recorded" && provider.recording === "bbh";
