"use client";
/** The test questions: write, import, generate, look through. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Database, FileUp, Plus, Sparkles } from "lucide-react";
import { useRef, useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { toast } from "@/ui/toast";
import type { Collection } from "../types";
import { GenerateDialog } from "./generate-dialog";
import { importQuestions, qualityKey, questionsQuery, saveQuestions } from "./queries";
import { QuestionDialog } from "./question-dialog";
import { RunLine } from "./run-line";
import type { Imported, Question } from "./types";
import { words as all } from "./words";

const words = all.questions;

export function QuestionsSection({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const [search, setSearch] = useState("");
  const settled = useDebounced(search.trim(), 250);
  const [open, setOpen] = useState<Question | "new" | "generate" | null>(null);
  const list = useInfiniteQuery(questionsQuery(collection.id, settled));
  const refresh = () => void client.invalidateQueries({ queryKey: qualityKey(collection.id) });
  const bring = useMutation({ mutationFn: (file: File) => importQuestions(collection.id, file), onSuccess: refresh });
  const save = useMutation({
    mutationFn: () => saveQuestions(collection.id),
    onSuccess: ({ n_questions, dataset_id }) =>
      toast(words.datasetSaved(n_questions), {
        action: dataset_id
          ? { label: words.openDataset, onClick: () => window.location.assign(`/data/?id=${dataset_id}`) }
          : undefined,
      }),
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const runId = list.data?.pages[0]?.run_id ?? null;
  const isEmpty = list.isSuccess && rows.length === 0 && settled === "";
  return (
    <Section
      title={words.title}
      actions={
        <span className="flex flex-wrap justify-end gap-2">
          {!isEmpty && (
            <Button size="sm" disabled={save.isPending} onClick={() => save.mutate()}>
              <Database />
              {words.dataset}
            </Button>
          )}
          <ImportButton isBusy={bring.isPending} onFile={bring.mutate} />
          <Button size="sm" disabled={runId !== null} onClick={() => setOpen("generate")}>
            <Sparkles />
            {words.generate}
          </Button>
          <Button size="sm" onClick={() => setOpen("new")}>
            <Plus />
            {words.add}
          </Button>
        </span>
      }
    >
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {runId && <RunLine runId={runId} doing={words.generating} onEnd={refresh} />}
      {bring.data && <WhatCame of={bring.data} />}
      <InlineError error={bring.error ?? save.error} />
      {!isEmpty && (
        <Input
          type="search"
          className="max-w-72"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState title={words.failed} error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <p className="text-muted">{isEmpty ? words.none : words.noneFound(settled)}</p>
      )}
      {rows.length > 0 && (
        <Table isInset label={words.title} rows={rows} columns={columns} rowId={(row) => row.id} onOpen={setOpen} />
      )}
      {list.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {words.more}
        </Button>
      )}
      {open === "generate" && <GenerateDialog collection={collection} onClose={() => setOpen(null)} />}
      {open !== null && open !== "generate" && (
        <QuestionDialog collection={collection} question={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
    </Section>
  );
}

function ImportButton({ isBusy, onFile }: { isBusy: boolean; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.json,.jsonl,.ndjson"
        aria-label={words.import}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
          event.target.value = "";
        }}
      />
      <Button size="sm" disabled={isBusy} title={words.importHelp} onClick={() => input.current?.click()}>
        <FileUp />
        {words.import}
      </Button>
    </>
  );
}

function WhatCame({ of: { n_added, n_left_out, problems } }: { of: Imported }) {
  return (
    <div role="status" className="grid gap-1 text-sm">
      <p>
        {words.imported(n_added)}
        {n_left_out > 0 && <span className="text-warn"> · {words.leftOut(n_left_out)}</span>}
      </p>
      {problems.length > 0 && (
        <ul className="text-muted">
          {problems.slice(0, 10).map(({ row, message }) => (
            <li key={row}>{words.row(row, message)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const columns: ColumnDef<Question, unknown>[] = [
  {
    accessorKey: "question",
    header: words.columns.question,
    cell: ({ row }) => <bdi title={row.original.question}>{row.original.question}</bdi>,
  },
  {
    accessorKey: "is_answerable",
    header: words.columns.kind,
    cell: ({ row: { original } }) => (
      <Badge tone={original.is_answerable ? "neutral" : "info"}>
        {original.is_answerable ? words.answerable : words.unanswerable}
      </Badge>
    ),
  },
  {
    id: "expected",
    header: words.columns.answer,
    accessorFn: (row) => row.answer ?? row.quote,
    cell: ({ row: { original } }) => {
      const text = original.answer ?? original.quote;
      return text && <bdi title={text}>{text}</bdi>;
    },
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "document_key",
    header: words.columns.document,
    cell: ({ row }) => row.original.document_key,
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "origin",
    header: words.columns.origin,
    cell: ({ row }) => words.origins[row.original.origin],
    meta: { isWideOnly: true },
  },
];
