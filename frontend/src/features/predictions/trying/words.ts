/** What the form that asks an endpoint says. */
import { plural } from "@/lib/format";

export const words = {
  form: {
    title: "One row",
    verb: "Predict",
    busy: "Predicting …",
    titleSaid: "One question",
    verbSaid: "Ask",
    busySaid: "Asking …",
    exampleSaid: "Example question",
    example: "Example row",
    clear: "Clear",
    other: "Other …",
    otherLabel: (name: string) => `Other value of ${name}`,
    empty: "missing",
    required: "must be filled",
    range: (low: string, high: string) => `${low} to ${high} in training`,
    filter: "Search columns",
    yes: "true",
    no: "false",
    explain: "Say why",
    explainHelp: "Words or columns that pushed the answer; takes a little longer.",
  },
  text: {
    title: "A text",
    many: "Many texts",
    manyTitle: "One text per line",
    ways: "How much to ask at once",
    one: "One text",
    help: (n: string) => `Up to ${n} lines; empty lines are left out.`,
    lines: (n: number) => plural(n, "text"),
    tooMany: (n: string, most: string) => `These are ${n} texts; one call takes ${most}. A batch takes any number.`,
    batch: "Make a batch",
    batching: "Making the batch …",
    ask: "to predict",
    askSaid: "to ask",
    tooManyAsked: (n: string, most: string) =>
      `These are ${n} texts; an LLM is asked at most ${most} in one call. Leave some out, or make an experiment of them.`,
  },
  table: {
    title: "Answers",
    line: "Line",
    text: "Text",
    prediction: "Answer",
    probability: "Probability",
    unsure: "Not sure",
    pick: "Pick an answer in the table to see it whole and to correct it.",
    pickSaid: "Pick an answer in the table to see it whole.",
    of: (n: number) => `Line ${n}`,
    counts: "How many of each",
  },
  slow: (seconds: number) =>
    `Still waiting · ${seconds} s. The first answer after a pause takes longer: the model is being loaded.`,
  version: {
    label: "Version",
    served: (n: number) => `Version ${n}, served`,
    named: (n: number) => `Version ${n}`,
    tried: (n: number) => `You are trying version ${n}: whoever calls the endpoint is answered by another one.`,
    missing: (n: string) => `There is no version ${n} of this model. It may have been deleted.`,
  },
  answer: {
    title: "Answer",
    by: (n: number) => `version ${n}`,
    none: "Fill in a row and press Predict: the answer appears here.",
    noneSaid: "Write a question and press Ask: the answer appears here.",
    noneText: "Write or paste a text and press Predict: the answer appears here.",
    took: (seconds: string) => `Answered in ${seconds}`,
    changed: "The row was changed since this answer.",
    changedSaid: "The question was changed since this answer.",
    history: "See it in the history",
    keys: "Esc leaves the field; then C corrects.",
  },
};

/** An LLM is asked; a model predicts. */
export const verbWord = (isSaid: boolean) => (isSaid ? words.form.verbSaid : words.form.verb);
export const busyWord = (isSaid: boolean) => (isSaid ? words.form.busySaid : words.form.busy);
