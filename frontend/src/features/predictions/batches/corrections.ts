"use client";
/** What a row should have been: kept at the server, shown at once, taken back when it is refused. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";
import type { Correction, Page } from "@/api/types";
import { toast } from "@/ui/toast";
import { predictionText } from "./results/cells";
import type { Batch, ResultPage, ResultRow } from "./types";
import { words } from "./words";

const rowsKey = (id: string) => ["batches", "rows", id];
const key = (endpointId: string) => ["endpoints", "corrections", endpointId];

export const correctionsQuery = (endpointId: string) =>
  queryOptions({
    queryKey: key(endpointId),
    queryFn: ({ signal }) => get<Page<Correction>>(`/endpoints/${endpointId}/corrections`, { limit: 1 }, signal),
  });

/** `isNew`: a class that the model does not know. */
type Change = { row: ResultRow; correct: string | number; isNew: boolean };

/** Correct a row, or take a correction back. */
export function useCorrecting(batch: Batch) {
  const client = useQueryClient();
  const show = (row: number, correct: string | number | null) =>
    client.setQueriesData<ResultPage>(
      { queryKey: rowsKey(batch.id) },
      (page) => page && withCorrect(page, row, correct),
    );
  const settle = () => {
    void client.invalidateQueries({ queryKey: key(batch.endpoint_id) });
    void client.invalidateQueries({ queryKey: ["endpoints", "accuracy"] });
  };
  const take = useMutation({
    mutationFn: async (row: ResultRow) => {
      const id = await correctionOf(batch, row.row);
      if (id !== null) await remove(`/corrections/${id}`);
    },
    onMutate: (row) => show(row.row, null),
    onError: (error, row) => {
      show(row.row, row.correct);
      toast(`${words.correct.failed}: ${error.message}`, { tone: "bad" });
    },
    onSuccess: (_, row) => toast(words.correct.undone(row.row)),
    onSettled: settle,
  });
  const correct = useMutation({
    mutationFn: ({ row, correct: value, isNew }: Change) =>
      post<Correction>("/corrections", {
        batch_id: batch.id,
        row: row.row,
        correct: value,
        ...(isNew && { is_new_class: true }),
      }),
    onMutate: ({ row, correct: value }) => show(row.row, value),
    onError: (error, { row }) => {
      show(row.row, row.correct);
      toast(`${words.correct.failed}: ${error.message}`, { tone: "bad" });
    },
    onSettled: settle,
  });
  return {
    correct: (row: ResultRow, value: string | number) => correct.mutate({ row, correct: value, isNew: false }),
    /** Rejects with the server's refusal, for a form that shows it. */
    choose: (row: ResultRow, value: string | number, isNew: boolean) =>
      correct.mutateAsync({ row, correct: value, isNew }),
    take: (row: ResultRow) => take.mutate(row),
  };
}

export function withCorrect(page: ResultPage, row: number, correct: string | number | null): ResultPage {
  if (!page.items.some((item) => item.row === row)) return page;
  return { ...page, items: page.items.map((item) => (item.row === row ? { ...item, correct } : item)) };
}

/** The id of a row's correction, or null when it is gone already. */
async function correctionOf(batch: Batch, row: number): Promise<string | null> {
  const asked = { batch_id: batch.id, row };
  const { items } = await get<Page<Correction>>(`/endpoints/${batch.endpoint_id}/corrections`, asked);
  return items[0]?.id ?? null;
}

export type Correcting = ReturnType<typeof useCorrecting>;

/** What a row's mark says: nothing, that it was right, or what it should have been. */
export function correctionText({ prediction, correct }: ResultRow): string | null {
  if (correct === null) return null;
  return String(correct) === String(prediction)
    ? words.table.confirmed
    : words.table.corrected(predictionText(correct));
}
