import type { ReactNode } from "react";
import type { Run } from "@/api/types";
import { formatBytes, formatSeconds } from "@/lib/format";
import { Section } from "@/ui/page";
import { ExactTime } from "@/ui/relative-time";
import { words } from "./words";

/** When it ran and what it took. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <Section title={words.facts}>
      <dl className="numbers grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
        <Fact term={words.times.created}>
          <ExactTime at={run.created_at} />
        </Fact>
        <Fact term={words.times.started}>
          <ExactTime at={run.started_at} />
        </Fact>
        <Fact term={words.times.finished}>
          <ExactTime at={run.finished_at} />
        </Fact>
        <Fact term={words.wall}>{formatSeconds(run.cost?.wall_seconds)}</Fact>
        <Fact term={words.cpu}>{formatSeconds(run.cost?.cpu_seconds)}</Fact>
        <Fact term={words.memory}>{formatBytes(run.cost?.peak_memory_bytes)}</Fact>
        <Fact term={words.attempts}>{`${run.attempts} of ${run.max_attempts}`}</Fact>
        <Fact term={words.id}>
          <code className="select-all break-all font-mono text-xs">{run.id}</code>
        </Fact>
      </dl>
    </Section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
