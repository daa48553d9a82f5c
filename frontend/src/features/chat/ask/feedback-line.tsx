"use client";
/** Copy an answer, and say whether it was good and why. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, ThumbsDown, ThumbsUp } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/ui/button";
import { Input } from "@/ui/field";
import { toast } from "@/ui/toast";
import type { Thumb } from "../types";
import { plainAnswer } from "./answer-text";
import { giveFeedback, sessionsOfEndpoint } from "./queries";
import type { Turn } from "./turn";
import { words } from "./words";

type Wish = { wish: Thumb | null; comment?: string };

export function FeedbackLine({ endpointId, turn }: { endpointId: string; turn: Turn }) {
  const client = useQueryClient();
  /** What was pressed here; undefined: as the server has it. */
  const [pressed, setPressed] = useState<Thumb | null>();
  const [isAsking, setIsAsking] = useState(false);
  const callId = turn.callId ?? "";
  const thumb = pressed === undefined ? (turn.feedback?.thumb ?? null) : pressed;
  const give = useMutation({
    // One after the other: a thumb that arrives late would wipe out its comment.
    scope: { id: `feedback ${callId}` },
    mutationFn: ({ wish, comment }: Wish) => giveFeedback(endpointId, callId, wish, comment),
    onSuccess: (_, { comment }) => {
      if (!comment) return;
      setIsAsking(false);
      toast(words.thanks);
    },
    onError: (error, { comment }) => {
      if (!comment) setPressed(undefined);
      toast(words.feedbackFailed(error.message), { tone: "bad" });
    },
    onSettled: () => client.invalidateQueries({ queryKey: sessionsOfEndpoint(endpointId) }),
  });
  const isSending = give.isPending && give.variables.comment !== undefined;
  const press = (which: Thumb) => {
    const wish = thumb === which ? null : which;
    setPressed(wish);
    setIsAsking(wish !== null);
    give.mutate({ wish });
  };
  const comment = (text: string) => {
    if (text) give.mutate({ wish: thumb, comment: text });
    else setIsAsking(false);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(copied(turn));
    toast(words.copied);
  };
  if (callId === "") return null;
  return (
    <div className="grid gap-2">
      <div className="flex gap-1">
        <Button look="quiet" size="icon-sm" aria-label={words.copy} title={words.copy} onClick={() => void copy()}>
          <Copy />
        </Button>
        <ThumbButton of="up" label={words.good} chosen={thumb} onPress={press} />
        <ThumbButton of="down" label={words.bad} chosen={thumb} onPress={press} />
      </div>
      {isAsking && thumb && <Comment thumb={thumb} isSending={isSending} onSend={comment} />}
    </div>
  );
}

type ThumbProps = { of: Thumb; label: string; chosen: Thumb | null; onPress: (thumb: Thumb) => void };

function ThumbButton({ of, label, chosen, onPress }: ThumbProps) {
  const Icon = of === "up" ? ThumbsUp : ThumbsDown;
  return (
    <Button
      look="quiet"
      size="icon-sm"
      aria-label={label}
      title={label}
      aria-pressed={chosen === of}
      className={chosen === of ? "bg-accent-soft text-accent" : undefined}
      onClick={() => onPress(of)}
    >
      <Icon />
    </Button>
  );
}

type CommentProps = { thumb: Thumb; isSending: boolean; onSend: (text: string) => void };

/** Stays until it is kept; nothing written, or Esc, closes it. */
function Comment({ thumb, isSending, onSend }: CommentProps) {
  const [text, setText] = useState("");
  const label = thumb === "up" ? words.commentGood : words.comment;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isSending) onSend(text.trim());
  };
  return (
    <form className="flex max-w-lg gap-2" onSubmit={submit}>
      <Input
        autoFocus
        aria-label={label}
        placeholder={label}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onSend("")}
      />
      <Button type="submit" disabled={isSending}>
        {words.sendComment}
      </Button>
    </form>
  );
}

/** The answer with what it rests on, as plain text. */
function copied(turn: Turn): string {
  const rests = turn.citations.map(
    ({ n, title, headings, url, quote }) =>
      `[${n}] ${[title, ...headings].join(" › ")}${url ? ` ${url}` : ""}\n    “${quote}”`,
  );
  return [plainAnswer(turn), ...(rests.length > 0 ? ["", ...rests] : [])].join("\n");
}
