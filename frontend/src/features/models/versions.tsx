"use client";
/** All versions of a model: which one is served, how good each is, and how to change what is served. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, GitCompare, Undo2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useEngineTitle } from "@/api/kinds";
import type { Versions as Found, ModelSummary } from "@/api/types";
import { formatMetric } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Checkbox } from "@/ui/field";
import { MetricValue } from "@/ui/metric-list";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { mainMetric } from "./metrics";
import { promoteModel, rollBack, versionsQuery } from "./queries";
import { words } from "./words";

const said = words.versions;

export function Versions({ id }: { id: string }) {
  const found = useQuery(versionsQuery(id));
  if (found.error) {
    return (
      <Section title={said.title}>
        <ErrorState title={said.failed} error={found.error} retry={() => void found.refetch()} />
      </Section>
    );
  }
  if (!found.data) {
    return (
      <Section title={said.title}>
        <TableSkeleton label={said.loading} rows={2} />
      </Section>
    );
  }
  return <Loaded id={id} found={found.data} />;
}

function Loaded({ id, found }: { id: string; found: Found }) {
  const router = useRouter();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const serving = useServing(found);
  const before = found.versions.find((version) => version.id === found.before_id);
  const toggle = (version: string, on: boolean) =>
    setChosen((now) => (on ? [...now, version] : now.filter((other) => other !== version)));
  return (
    <Section
      title={said.title}
      actions={
        <div className="flex flex-wrap justify-end gap-1">
          {before && (
            <Button size="sm" disabled={serving.isBusy} onClick={() => void serving.goBack(before)}>
              <Undo2 />
              {said.rollBack(before.version)}
            </Button>
          )}
          {found.versions.length > 1 && (
            <Button
              size="sm"
              disabled={chosen.length < 2}
              onClick={() => router.push(`/models/?compare=${chosen.join(",")}`)}
            >
              <GitCompare />
              {words.compare(chosen.length)}
            </Button>
          )}
        </div>
      }
    >
      <InlineError error={serving.error} />
      <div className="relative overflow-x-auto">
        <table className="numbers w-full text-sm" aria-label={said.title}>
          <Head hasChoice={found.versions.length > 1} versions={found.versions} />
          <tbody>
            {found.versions.map((version) => (
              <VersionRow
                key={version.id}
                version={version}
                isOpen={version.id === id}
                hasChoice={found.versions.length > 1}
                isChosen={chosen.includes(version.id)}
                onChoose={(on) => toggle(version.id, on)}
                isBusy={serving.isBusy}
                onPromote={() => void serving.promote(version)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <History found={found} />
    </Section>
  );
}

/** Changing what is served; somebody who was quicker is told of, and the list is read again. */
function useServing(found: Found) {
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const change = async (ask: () => Promise<Found>, version: number) => {
    setIsBusy(true);
    setError(null);
    try {
      await ask();
      toast(said.servedNow(version));
    } catch (reason) {
      setError(reason);
    } finally {
      setIsBusy(false);
      await Promise.all(["models", "endpoints"].map((key) => client.invalidateQueries({ queryKey: [key] })));
    }
  };
  return {
    isBusy,
    error,
    promote: ({ id, version }: ModelSummary) => change(() => promoteModel(id, found.promoted_id), version),
    goBack: ({ id, version }: ModelSummary) => change(() => rollBack(id, found.promoted_id), version),
  };
}

function Head({ hasChoice, versions }: { hasChoice: boolean; versions: readonly ModelSummary[] }) {
  const label = versions[0] && mainMetric(versions[0])?.label;
  const cell = "py-1 pr-4 text-left font-medium";
  return (
    <thead>
      <tr className="border-line border-b text-muted">
        {hasChoice && (
          <th scope="col" className="w-8 py-1">
            <span className="sr-only">{words.columns.chosen}</span>
          </th>
        )}
        <th scope="col" className={cell}>
          {said.version}
        </th>
        <th scope="col" className="py-1 pr-4 text-right font-medium">
          {label ?? words.columns.metric}
        </th>
        <th scope="col" className={`${cell} max-md:hidden`}>
          {words.columns.engine}
        </th>
        <th scope="col" className={`${cell} max-md:hidden`}>
          {words.columns.made}
        </th>
        <th scope="col" className="py-1">
          <span className="sr-only">{words.actions}</span>
        </th>
      </tr>
    </thead>
  );
}

type RowProps = {
  version: ModelSummary;
  isOpen: boolean;
  hasChoice: boolean;
  isChosen: boolean;
  onChoose: (on: boolean) => void;
  isBusy: boolean;
  onPromote: () => void;
};

function VersionRow({ version, isOpen, hasChoice, isChosen, onChoose, isBusy, onPromote }: RowProps) {
  const engineTitle = useEngineTitle();
  const main = mainMetric(version);
  const name = said.named(version.version);
  return (
    <tr className="border-line border-b align-top" aria-current={isOpen ? "page" : undefined}>
      {hasChoice && (
        <td className="py-2 pr-2">
          <Checkbox
            aria-label={words.choose(name)}
            checked={isChosen}
            onChange={(event) => onChoose(event.target.checked)}
          />
        </td>
      )}
      <th scope="row" className="whitespace-nowrap py-1.5 pr-4 text-left font-normal">
        {isOpen ? (
          <strong className="font-semibold">{name}</strong>
        ) : (
          <Link
            href={`/models/?id=${version.id}`}
            className="inline-flex min-h-6 items-center text-accent hover:underline"
          >
            {name}
          </Link>
        )}{" "}
        {version.is_promoted && <ServedBadge />}
      </th>
      <td className="py-1.5 pr-4 text-right">
        {main && <MetricValue metric={main} />}
        {main && main.split !== "test" && <span className="block text-muted text-xs">{main.split}</span>}
      </td>
      <td className="py-1.5 pr-4 text-muted max-md:hidden">{engineTitle(version.engine)}</td>
      <td className="py-1.5 pr-4 max-md:hidden">
        <RelativeTime at={version.created_at} />
      </td>
      <td className="py-1">
        <div className="flex flex-wrap justify-end gap-1">
          {!version.is_promoted && (
            <>
              <Button size="sm" disabled={isBusy} onClick={onPromote} aria-label={`${said.promote} ${name}`}>
                {said.promote}
              </Button>
              {version.endpoint_id && (
                <Button size="sm" look="quiet" asChild>
                  <Link
                    href={`/predict/?id=${version.endpoint_id}&version=${version.version}`}
                    aria-label={`${said.try} ${name}`}
                  >
                    {said.try}
                  </Link>
                </Button>
              )}
            </>
          )}
        </div>
      </td>
    </tr>
  );
}

export function ServedBadge() {
  return (
    <Badge tone="good">
      <CircleCheck aria-hidden className="size-3.5" />
      {said.served}
    </Badge>
  );
}

function History({ found }: { found: Found }) {
  if (found.promotions.length < 2) return null;
  return (
    <details>
      <summary className="text-muted text-sm">{said.history(found.promotions.length)}</summary>
      <ol className="numbers grid gap-1 pt-2 text-sm">
        {found.promotions.map((change) => (
          <li key={`${change.created_at} ${change.version}`}>
            {said.cause[change.cause](change.version)}{" "}
            <span className="text-muted">
              {change.actor_name}, <RelativeTime at={change.created_at} />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Said above a version that nobody's calls reach. */
export function NotServed({ id }: { id: string }) {
  const found = useQuery(versionsQuery(id)).data;
  const own = found?.versions.find((version) => version.id === id);
  const promoted = found?.versions.find((version) => version.is_promoted);
  if (!found || !own || !promoted || own.id === promoted.id) return null;
  return <Waiting found={found} own={own} promoted={promoted} />;
}

function Waiting({ found, own, promoted }: { found: Found; own: ModelSummary; promoted: ModelSummary }) {
  const serving = useServing(found);
  const [main, other] = [mainMetric(own), mainMetric(promoted)];
  const isSame = main && other && main.name === other.name;
  return (
    <div
      role="note"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-line bg-surface px-3 py-2"
    >
      <p className="min-w-0 flex-1 basis-72">
        {said.waiting(own.version, promoted.version)}
        {isSame && (
          <span className="text-muted">
            {" "}
            {said.against(main.label, formatMetric(main.value), formatMetric(other.value))}
          </span>
        )}
      </p>
      <div className="flex flex-wrap gap-1">
        <Button size="sm" asChild>
          <Link href={`/models/?compare=${promoted.id},${own.id}`}>{said.compareWith(promoted.version)}</Link>
        </Button>
        <Button size="sm" disabled={serving.isBusy} onClick={() => void serving.promote(own)}>
          {said.promote}
        </Button>
      </div>
      <InlineError error={serving.error} />
    </div>
  );
}
