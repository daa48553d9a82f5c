"use client";
/** What may be spent in a month, and what was, by LLM. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { type FormEvent, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { formatCount, formatNumber } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorState, FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { toast } from "@/ui/toast";
import { budgetQuery, setBudget } from "./queries";
import type { Budget, Spending } from "./types";
import { words as all } from "./words";

const words = all.budget;

export function BudgetSection() {
  const budget = useQuery(budgetQuery);
  return (
    <Section title={words.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {budget.isPending && (
        <div role="status" aria-label={words.loading}>
          <Skeleton className="h-16" />
        </div>
      )}
      {budget.error && <ErrorState title={words.failed} error={budget.error} retry={() => void budget.refetch()} />}
      {budget.data && <Loaded key={budget.data.usd_per_month} budget={budget.data} />}
    </Section>
  );
}

function Loaded({ budget }: { budget: Budget }) {
  const client = useQueryClient();
  const saved = budget.usd_per_month === null ? "" : String(budget.usd_per_month);
  const [text, setText] = useState(saved);
  const save = useMutation({
    mutationFn: () => setBudget(text.trim() === "" ? null : Number(text)),
    onSuccess: (changed) => {
      client.setQueryData(budgetQuery.queryKey, changed);
      toast(words.saved);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <div className="grid grid-cols-1 gap-4">
      <form className="flex flex-wrap items-start gap-3" onSubmit={submit}>
        <Field label={words.label} unit={words.unit} error={fieldError(save.error, "usd_per_month")}>
          {(wired) => (
            <span className="flex items-center gap-2">
              <Input
                {...wired}
                type="number"
                min={0}
                step="any"
                className="numbers max-w-40"
                placeholder={words.none}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
              <Button type="submit" disabled={text.trim() === saved || save.isPending}>
                {words.save}
              </Button>
            </span>
          )}
        </Field>
      </form>
      <FormError error={save.error} />
      <Spent budget={budget} />
    </div>
  );
}

function Spent({ budget }: { budget: Budget }) {
  const { usd_per_month: most, spent_usd: spent, n_unknown_cost: nUnknown } = budget;
  const isOver = most !== null && spent >= most;
  return (
    <div className="grid grid-cols-1 gap-3">
      <p className="numbers">
        <span className={isOver ? "font-medium text-bad" : "font-medium"}>
          {words.spent(formatNumber(spent), budget.month)}
          {most !== null && words.of(formatNumber(most))}
        </span>
        {nUnknown > 0 && <span className="text-warn"> · {words.unknown(nUnknown)}</span>}
      </p>
      {budget.by_llm.length === 0 ? (
        <p className="text-muted text-sm">{words.nothing}</p>
      ) : (
        <Table
          isInset
          label={words.title}
          rows={budget.by_llm}
          columns={columns}
          rowId={(row) => `${row.provider_kind} ${row.llm_name}`}
        />
      )}
    </div>
  );
}

const columns: ColumnDef<Spending, unknown>[] = [
  {
    accessorKey: "llm_name",
    header: words.columns.llm,
    cell: ({ row: { original } }) => (
      <>
        <bdi>{original.llm_name}</bdi> <span className="text-muted">{original.provider_kind}</span>
      </>
    ),
  },
  {
    accessorKey: "n_requests",
    header: words.columns.requests,
    cell: ({ row }) => formatCount(row.original.n_requests),
    meta: { isNumber: true },
  },
  {
    accessorKey: "n_input_tokens",
    header: words.columns.input,
    cell: ({ row }) => formatCount(row.original.n_input_tokens),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "n_output_tokens",
    header: words.columns.output,
    cell: ({ row }) => formatCount(row.original.n_output_tokens),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "cost_usd",
    header: words.columns.cost,
    // What nobody knows the price of is not in the sum: "0" would be a claim.
    cell: ({ row: { original } }) =>
      original.n_unknown_cost === original.n_requests ? null : formatNumber(original.cost_usd),
    meta: { isNumber: true },
  },
];
