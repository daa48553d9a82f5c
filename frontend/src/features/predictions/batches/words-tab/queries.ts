/** Words of a batch as the server counted them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { address, get, type Query } from "@/api/client";

/** `class_name`: the class that it is clearly oftener in than in the others. */
export type CountedWord = { word: string; n: number; share: number; class_name: string | null };
export type Counted = {
  n_texts: number;
  /** What the stop-words are of: as given, or as guessed; null when it could not be told. */
  language: string | null;
  words: CountedWord[];
  stop_words: string[];
  /** Words that no font at hand can draw. */
  not_drawn: string[];
  /** How they were counted, or why there are none. */
  told: string;
};

export type Asked = {
  column: string;
  class: string;
  label: string;
  language: string;
  stop: string;
};

const MOST_WORDS = 100;

const queryOf = ({ class: className, ...rest }: Asked): Query => ({ ...rest, class: className, n: MOST_WORDS });

export const wordsQuery = (batchId: string, asked: Asked) =>
  queryOptions({
    queryKey: ["batches", "words", batchId, asked],
    queryFn: ({ signal }) => get<Counted>(`/batches/${batchId}/words`, queryOf(asked), signal),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });

export const pictureAddress = (batchId: string, asked: Asked, kind: "svg" | "png", theme: "light" | "dark") =>
  address(`/batches/${batchId}/words.${kind}`, { ...queryOf(asked), theme });

export type TellingWord = { word: string; z: number; n_a: number; n_b: number };
export type Telling = { a: TellingWord[]; b: TellingWord[]; n_a: number; n_b: number; told: string };
export type Between = "class" | "label" | "batch";

export const tellingQuery = (
  batchId: string,
  query: { column: string; language: string; stop: string; by: Between; a: string; b: string; other: string },
) =>
  queryOptions({
    queryKey: ["batches", "telling", batchId, query],
    queryFn: ({ signal }) => get<Telling>(`/batches/${batchId}/telling-words`, query, signal),
    staleTime: 300_000,
  });
