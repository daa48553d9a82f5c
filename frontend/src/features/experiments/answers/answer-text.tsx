/** The words of an answer; what the other one does not say stands out by a line and colour, and is read out as such. */
import { cx } from "class-variance-authority";
import type { Span, WholeAnswer } from "./queries";
import { words } from "./words";

type Side = "first" | "second";
type Props = { answer: WholeAnswer; spans: readonly Span[] | null; side: Side };

export function AnswerText({ answer, spans, side }: Props) {
  return (
    <div className="grid min-w-0 gap-2">
      {answer.text ? (
        <bdi className="max-h-[28rem] overflow-y-auto whitespace-pre-wrap [overflow-wrap:anywhere]">
          {spans ? <Marked spans={spans} side={side} /> : answer.text}
        </bdi>
      ) : (
        <p className="text-muted">{words.empty}</p>
      )}
      {answer.is_shortened && <p className="text-muted text-sm">{words.shortened}</p>}
      {answer.is_cut && <p className="text-sm text-warn">{words.cut}</p>}
      <p className="text-sm">
        <span className="text-muted">{answer.parsed ? `${words.read}: ` : words.readNothing}</span>
        <bdi className="font-medium [overflow-wrap:anywhere]">{answer.parsed}</bdi>
      </p>
    </div>
  );
}

function Marked({ spans, side }: { spans: readonly Span[]; side: Side }) {
  const only = side === "first" ? "only_first" : "only_second";
  const Mark = side === "first" ? "del" : "ins";
  return spansOf(spans, side).map((span, at) =>
    span.kind === only ? (
      <Mark
        // biome-ignore lint/suspicious/noArrayIndexKey: spans have only their place
        key={at}
        className={cx(
          "rounded-xs no-underline",
          side === "first"
            ? "bg-bad-soft shadow-[inset_0_-2px_0_var(--c-bad)]"
            : "bg-good-soft shadow-[inset_0_-2px_0_var(--c-good)]",
        )}
      >
        {span.text}
      </Mark>
    ) : (
      span.text
    ),
  );
}

/** The spans that make up one of the two texts. */
export const spansOf = (spans: readonly Span[], side: Side) =>
  spans.filter(({ kind }) => kind === "same" || kind === (side === "first" ? "only_first" : "only_second"));
