"use client";
/** One finding: what it is, the code with its line, how it is mended, and why the rule is there. */
import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { useState } from "react";
import { rulesQuery } from "@/api/kinds";
import { Badge } from "@/ui/badge";
import { Markdown } from "@/ui/markdown";
import { SeverityBadge } from "./badges";
import { Code } from "./code";
import type { Finding } from "./types";
import { platformNames, report as words } from "./words";

export function FindingCard({ finding, isNew }: { finding: Finding; isNew: boolean }) {
  const others = finding.evidence.slice(1);
  return (
    <article className="grid min-w-0 grid-cols-1 gap-2 rounded-md border border-line bg-surface p-3">
      <header className="flex flex-wrap items-center gap-2">
        <SeverityBadge severity={finding.severity} />
        <span className="font-mono text-sm">{finding.rule}</span>
        {isNew && <Badge tone="accent">{words.isNew}</Badge>}
        <span className="min-w-0 break-all font-mono text-muted text-sm">
          {finding.file}:{finding.line}
        </span>
        <span className="ml-auto text-muted text-sm max-md:ml-0">
          {finding.platforms.map((platform) => platformNames[platform]).join(", ")}
        </span>
      </header>
      <h3 className="max-w-[90ch] break-words font-medium">{finding.message}</h3>
      {finding.blocks && <p className="text-bad text-sm">{words.blocks}</p>}
      <Excerpt finding={finding} />
      {others.length > 0 && (
        <p className="break-all font-mono text-muted text-sm">
          {words.evidence}: {others.map((span) => `${span.file}:${span.line}`).join(", ")}
        </p>
      )}
      {finding.chain.length > 0 && (
        <p className="break-words text-muted text-sm">
          {words.chain}: <span className="font-mono">{finding.chain.join(" → ")}</span>
        </p>
      )}
      <p className="max-w-[90ch] text-sm">
        <span className="font-medium">{words.fix}. </span>
        {finding.fix.text}
      </p>
      {finding.fix.diff !== "" && (
        <Diff label={`${words.diff}: ${finding.rule} ${finding.file}:${finding.line}`} text={finding.fix.diff} />
      )}
      {finding.fix.by_person.length > 0 && (
        <div className="text-sm">
          <p className="font-medium">{words.byPerson}</p>
          <ul className="list-disc pl-5">
            {finding.fix.by_person.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </div>
      )}
      <AboutRule id={finding.rule} fact={finding.fact} />
    </article>
  );
}

function Excerpt({ finding }: { finding: Finding }) {
  if (finding.excerpt.length === 0) return null;
  const isHit = (line: number) => line >= finding.line && line <= finding.end_line;
  return (
    <Code label={`${finding.rule} ${finding.file}:${finding.line}`}>
      {finding.excerpt.map(({ line, text }) => (
        <span key={line} className={cx("block px-2", isHit(line) && "bg-warn-soft")}>
          <span className="mr-3 inline-block w-10 select-none text-right text-muted">{line}</span>
          {text}
        </span>
      ))}
    </Code>
  );
}

const toneOf = (line: string) =>
  line.startsWith("+") ? "text-good" : line.startsWith("-") ? "text-bad" : line.startsWith("@") ? "text-muted" : "";

function Diff({ label, text }: { label: string; text: string }) {
  return (
    <details>
      <summary className="cursor-pointer text-accent text-sm">{words.diff}</summary>
      <Code label={label}>
        {text.split("\n").map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
          <span key={place} className={cx("block px-2", toneOf(line))}>
            {line || " "}
          </span>
        ))}
      </Code>
    </details>
  );
}

function AboutRule({ id, fact }: { id: string; fact: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const rules = useQuery({ ...rulesQuery, enabled: isOpen }).data?.rule ?? [];
  const page = rules.find((rule) => rule.kind === id)?.page;
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-accent text-sm">{words.about}</summary>
      <div className="max-w-[80ch] pt-1 text-sm">
        {page && <Markdown text={page} />}
        {fact && (
          <p className="pt-2 text-muted">
            {words.fact}: {fact}
          </p>
        )}
      </div>
    </details>
  );
}
