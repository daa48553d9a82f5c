"use client";
/** One LLM: what it can do, what came of the last check, and another. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { formatSeconds } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { RelativeTime } from "@/ui/relative-time";
import { checkLlm, llmsQuery } from "./queries";
import type { Llm, LlmCheck } from "./types";
import { words } from "./words";

type Props = { llm: Llm; onChange: () => void; onRemove: () => void };

export function LlmLine({ llm, onChange, onRemove }: Props) {
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => checkLlm(llm.id),
    onSettled: () => client.invalidateQueries({ queryKey: llmsQuery.queryKey }),
  });
  const shown = check.data ?? llm.check;
  const abilities = [llm.completes && words.completes, llm.embeds && words.embeds, llm.ranks && words.ranks];
  return (
    <li className="grid gap-1 border-line border-b py-2">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-0.5">
          <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <bdi className="font-medium [overflow-wrap:anywhere]">{llm.name}</bdi>
            {llm.is_scripted && (
              <span title={words.scriptedHelp}>
                <Badge tone="warn">{words.scripted}</Badge>
              </span>
            )}
          </p>
          <p className="flex flex-wrap gap-x-3 text-muted text-sm">
            <span>{llm.provider_kind}</span>
            {llm.llm_name !== llm.name && llm.llm_name !== llm.provider_kind && (
              <bdi className="[overflow-wrap:anywhere]">{llm.llm_name}</bdi>
            )}
            <span>{abilities.filter(Boolean).join(", ")}</span>
            {llm.secret_ends && <span className="font-mono text-xs">{words.key(llm.secret_ends)}</span>}
          </p>
        </div>
        <Button
          size="sm"
          aria-label={words.checkNamed(llm.name)}
          disabled={check.isPending}
          onClick={() => check.mutate()}
        >
          {words.check}
        </Button>
        <Menu
          trigger={
            <Button look="quiet" size="icon-sm" aria-label={words.more(llm.name)}>
              <Ellipsis />
            </Button>
          }
          items={[
            { label: words.edit, icon: <Pencil />, onSelect: onChange },
            { label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: onRemove },
          ]}
        />
      </div>
      <div role="status">
        {check.isPending ? (
          <p className="text-muted text-sm">{words.checking}</p>
        ) : (
          <Checked check={shown} at={check.data ? null : llm.checked_at} />
        )}
      </div>
      <InlineError error={check.error} />
    </li>
  );
}

function Checked({ check, at }: { check: LlmCheck | null; at: string | null }) {
  if (!check) return <p className="text-muted text-sm">{words.checked.never}</p>;
  const when = at && <RelativeTime at={at} />;
  if (!check.is_ok) {
    return (
      <div className="grid gap-0.5 text-sm">
        <p className="flex items-center gap-1.5 text-bad">
          <CircleX aria-hidden className="size-4 shrink-0" />
          <span className="[overflow-wrap:anywhere]">{check.error?.message ?? words.checked.bad}</span> {when}
        </p>
        {check.error?.hint && <p className="text-muted">{check.error.hint}</p>}
      </div>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 text-sm">
      <CircleCheck aria-hidden className="size-4 shrink-0 text-good" />
      <span>{words.checked.ok(formatSeconds(check.seconds))}</span>
      {check.text && <span className="truncate text-muted">{words.checked.text(check.text)}</span>}
      <span className="numbers text-muted">{factsOf(check).join(" · ")}</span>
      <span className="text-muted">{when}</span>
    </p>
  );
}

function factsOf({ dimensions, usage }: LlmCheck): string[] {
  const price = usage && (usage.cost_usd === null ? words.checked.unknown : priceOf(usage.cost_usd));
  return [
    dimensions !== null && words.checked.dimensions(dimensions),
    usage && words.checked.tokens(usage.n_input_tokens + usage.n_output_tokens),
    price,
  ].filter((fact): fact is string => Boolean(fact));
}

const priceOf = (usd: number) => (usd === 0 ? words.checked.free : words.checked.cost(usd.toPrecision(2)));
