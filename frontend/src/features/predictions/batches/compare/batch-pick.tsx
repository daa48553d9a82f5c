"use client";
/** The batches that are compared: added from those of the same endpoint, left out one by one. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { Select } from "@/ui/field";
import { batchHref } from "../places";
import { batchesQuery } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";

type Props = { batches: readonly Batch[]; ids: readonly string[]; onChange: (ids: readonly string[]) => void };

export function BatchPick({ batches, ids, onChange }: Props) {
  const endpointId = batches[0]?.endpoint_id ?? null;
  const list = useInfiniteQuery(batchesQuery({ endpointId, search: "", state: "succeeded" }));
  const others = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => !ids.includes(id)) ?? [];
  return (
    <ul aria-label={words.comparing.title} className="flex min-w-0 flex-wrap items-center gap-2">
      {batches.map(({ id, name }) => (
        <li key={id} className="flex max-w-[32ch] items-center gap-1 rounded-md border border-line bg-surface pl-2">
          <Link href={batchHref(id)} className="min-w-0 truncate hover:underline" title={name}>
            {name}
          </Link>
          <Button
            look="quiet"
            size="icon-sm"
            aria-label={words.comparing.drop(name)}
            onClick={() => onChange(ids.filter((each) => each !== id))}
          >
            <X />
          </Button>
        </li>
      ))}
      {others.length > 0 && (
        <li>
          <Select
            aria-label={words.comparing.add}
            className="max-w-44"
            value=""
            onChange={(event) => event.target.value && onChange([...ids, event.target.value])}
          >
            <option value="">{words.comparing.add}</option>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </li>
      )}
    </ul>
  );
}
