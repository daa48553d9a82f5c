"use client";
/** The words that tell two classes, labels or batches apart, as bars to both sides. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { classColor } from "../../class-colors";
import { batchesQuery } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";
import { type Asked, type Between, tellingQuery } from "./queries";
import { TwoSides } from "./two-sides";

type Sides = { a: string; b: string; other: string };

/** `asked`: the column, the language and the words to leave out are those of the cloud. */
export function TellingWords({ batch, asked: cloud }: { batch: Batch; asked: Asked }) {
  const { column, language, stop } = cloud;
  const classes = batch.signature.output.classes ?? [];
  const ways = [
    ...(classes.length > 1 ? (["class"] as const) : []),
    ...(batch.label_column !== null ? (["label"] as const) : []),
    "batch" as const,
  ];
  const [by, setBy] = useState<Between>(ways[0] ?? "batch");
  // The two ends are the most different where classes have an order.
  const [sides, setSides] = useState<Sides>({ a: classes.at(-1) ?? "", b: classes[0] ?? "", other: "" });
  const others = useInfiniteQuery({
    ...batchesQuery({ endpointId: batch.endpoint_id, search: "", state: "succeeded" }),
    enabled: by === "batch",
  });
  const rest = others.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== batch.id) ?? [];
  const other = rest.find(({ id }) => id === sides.other) ?? rest[0];
  const asked = by === "batch" ? { a: "", b: "", other: other?.id ?? "" } : { a: sides.a, b: sides.b, other: "" };
  const isAsked = by === "batch" ? asked.other !== "" : asked.a !== "" && asked.b !== "" && asked.a !== asked.b;
  const found = useQuery({ ...tellingQuery(batch.id, { column, language, stop, by, ...asked }), enabled: isAsked });
  const names = by === "batch" ? { a: batch.name, b: other?.name ?? "" } : { a: sides.a, b: sides.b };
  // A class keeps the colour that it has everywhere; labels and batches have none of their own.
  const colors = by === "class" ? { a: classColor(classes, sides.a), b: classColor(classes, sides.b) } : undefined;

  const switchTo = (next: Between) => {
    setBy(next);
    setSides(
      next === "class" ? { a: classes.at(-1) ?? "", b: classes[0] ?? "", other: "" } : { a: "", b: "", other: "" },
    );
  };

  return (
    <div className="grid gap-4">
      <div className="grid max-w-3xl grid-cols-2 gap-3 md:grid-cols-3">
        <Field label={words.telling.by}>
          {(wired) => (
            <Select {...wired} value={by} onChange={(event) => switchTo(event.target.value as Between)}>
              {ways.map((way) => (
                <option key={way} value={way}>
                  {words.telling[way]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {by === "batch" && rest.length > 0 && (
          <Field label={words.telling.second}>
            {(wired) => (
              <Select
                {...wired}
                value={other?.id}
                onChange={(event) => setSides({ ...sides, other: event.target.value })}
              >
                {rest.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {by !== "batch" &&
          (["a", "b"] as const).map((side) => (
            <Field key={side} label={side === "a" ? words.telling.first : words.telling.second}>
              {(wired) =>
                by === "class" ? (
                  <Select
                    {...wired}
                    value={sides[side]}
                    onChange={(event) => setSides({ ...sides, [side]: event.target.value })}
                  >
                    {classes.map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </Select>
                ) : (
                  <Input
                    {...wired}
                    value={sides[side]}
                    onChange={(event) => setSides({ ...sides, [side]: event.target.value })}
                  />
                )
              }
            </Field>
          ))}
      </div>
      {!isAsked && (
        <p className="text-muted">
          {by === "batch" && others.isSuccess && rest.length === 0 ? words.telling.noOther : words.telling.choose}
        </p>
      )}
      {isAsked && found.isPending && <Skeleton className="h-64" />}
      {found.error && (
        <ErrorState title={words.telling.failed} error={found.error} retry={() => void found.refetch()} />
      )}
      {isAsked && found.data && <TwoSides telling={found.data} names={names} colors={colors} />}
    </div>
  );
}
