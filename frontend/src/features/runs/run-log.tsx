"use client";

import { cx } from "class-variance-authority";
import { useEffect, useRef } from "react";
import type { LogLine } from "@/api/types";
import { Section } from "@/ui/page";
import { words } from "./words";

const tones: Record<string, string> = { error: "text-bad", warning: "text-warn" };
const NEAR_END_PX = 40;

/** Lines in the order they came; stays at the end while the reader is there. */
export function RunLog({ lines, isLive }: { lines: LogLine[]; isLive: boolean }) {
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when a line came
  useEffect(() => {
    if (isLive && isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length, isLive]);
  const onScroll = () => {
    const at = box.current;
    if (at) isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END_PX;
  };
  if (lines.length === 0)
    return (
      <Section title={words.log}>
        <p className="text-muted text-sm">{isLive ? words.noLogYet : words.noLog}</p>
      </Section>
    );
  return (
    <Section title={words.log}>
      <section
        ref={box}
        aria-label={words.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="max-h-72 overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-xs leading-5"
      >
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows at its end
          <div key={index} className="flex gap-3">
            <time dateTime={line.at} className="shrink-0 text-faint">
              {clock(line.at)}
            </time>
            <span className={cx("whitespace-pre-wrap break-words", tones[line.level])}>{line.message}</span>
          </div>
        ))}
      </section>
    </Section>
  );
}

const clock = (at: string) => new Date(at).toLocaleTimeString("en-GB");
