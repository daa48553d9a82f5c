"use client";
/** What the list says of each experiment. */
import type { ColumnDef } from "@tanstack/react-table";
import { Ellipsis, Trash2 } from "lucide-react";
import { formatCount, formatFraction } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { RelativeTime } from "@/ui/relative-time";
import { AttemptBadge } from "../attempt-badge";
import { spentText } from "../money";
import { isLive } from "../queries";
import { Score } from "../score";
import { useScorerTitle } from "../scorer-titles";
import type { Experiment } from "../types";
import { words } from "../words";

const { columns: named } = words;

export const columnsFor = (remove: (experiment: Experiment) => void): ColumnDef<Experiment, unknown>[] => [
  {
    accessorKey: "name",
    header: named.name,
    cell: ({ row: { original } }) => (
      <bdi className="font-medium" title={original.name}>
        {original.name}
      </bdi>
    ),
  },
  {
    id: "state",
    header: named.state,
    accessorFn: ({ latest }) => latest?.state ?? words.draft,
    cell: ({ row: { original } }) => <State experiment={original} />,
  },
  {
    id: "best",
    header: named.best,
    accessorFn: ({ latest }) => latest?.best?.score ?? null,
    cell: ({ row: { original } }) => original.latest?.best && <Best best={original.latest.best} />,
  },
  {
    id: "dataset",
    header: named.dataset,
    accessorFn: ({ latest }) => latest?.dataset_name ?? null,
    cell: ({ row: { original } }) => original.latest && <bdi>{original.latest.dataset_name}</bdi>,
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "n_configurations",
    header: named.configurations,
    cell: ({ row }) => formatCount(row.original.n_configurations),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    id: "samples",
    header: named.samples,
    accessorFn: ({ latest }) => latest?.n_samples || null,
    cell: ({ row: { original } }) => formatCount(original.latest?.n_samples || null),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    id: "spent",
    header: named.spent,
    accessorFn: ({ latest }) => latest?.spent_usd ?? null,
    cell: ({ row: { original } }) =>
      original.latest && spentText(original.latest.spent_usd, original.latest.n_unknown_cost),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    id: "at",
    header: named.at,
    accessorFn: ({ latest }) => latest?.created_at ?? null,
    cell: ({ row: { original } }) => original.latest && <RelativeTime at={original.latest.created_at} />,
    meta: { isWideOnly: true },
  },
  {
    id: "actions",
    header: "",
    enableSorting: false,
    size: 56,
    cell: ({ row: { original } }) => <Actions experiment={original} onRemove={() => remove(original)} />,
    meta: { isWideOnly: true },
  },
];

function State({ experiment: { latest } }: { experiment: Experiment }) {
  if (!latest) return <Badge>{words.draft}</Badge>;
  return (
    <span className="flex items-center gap-2">
      <AttemptBadge state={latest.state} />
      {isLive(latest.state) && latest.n_planned > 0 && (
        <span className="numbers text-muted">
          {formatFraction(Math.floor((100 * latest.n_done) / latest.n_planned) / 100)}
        </span>
      )}
      {latest.is_scripted && (
        <span title={words.scriptedHelp} className="max-md:hidden">
          <Badge tone="warn">{words.scripted}</Badge>
        </span>
      )}
    </span>
  );
}

function Best({ best }: { best: NonNullable<NonNullable<Experiment["latest"]>["best"]> }) {
  const titleOf = useScorerTitle();
  return (
    <span title={`${best.name} · ${titleOf(best.scorer)}`}>
      <Score standing={best} isShort />
    </span>
  );
}

/** A click here must not open the row. */
function Actions({ experiment, onRemove }: { experiment: Experiment; onRemove: () => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps what is done inside from opening the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the row listens to Enter on itself alone
    <span onClick={(event) => event.stopPropagation()}>
      <Menu
        trigger={
          <Button look="quiet" size="icon-sm" aria-label={`${words.actions}: ${experiment.name}`}>
            <Ellipsis />
          </Button>
        }
        items={[{ label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: onRemove }]}
      />
    </span>
  );
}
