"use client";
/** Where a question is written: Enter asks, Shift-Enter begins a line. */
import { ArrowUp, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/ui/button";
import { words } from "./words";

/** As the server has it. */
const MOST = 4000;
const WARN_FROM = 3500;

type Props = { isFirst: boolean; isAnswering: boolean; onAsk: (question: string) => void; onStop: () => void };

export function QuestionBox({ isFirst, isAnswering, onAsk, onStop }: Props) {
  const [text, setText] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const length = Array.from(text.trim()).length;
  const isReady = length > 0 && length <= MOST && !isAnswering;
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    onAsk(text.trim());
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While letters are being composed (Vietnamese, Japanese) Enter takes the word.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
    if (event.key === "Escape" && isAnswering) onStop();
  };
  return (
    <form className="shrink-0 border-line border-t bg-page px-4 py-3" onSubmit={submit}>
      <div className="mx-auto grid max-w-[76ch] gap-1">
        <div className="flex items-end gap-2 rounded-md border border-control bg-surface p-1.5 focus-within:outline-2 focus-within:outline-accent">
          <textarea
            ref={box}
            rows={1}
            dir="auto"
            aria-label={words.label}
            aria-invalid={length > MOST || undefined}
            placeholder={isFirst ? words.placeholder : words.followUp}
            className="field-sizing-content max-h-48 min-h-8 min-w-0 flex-1 resize-none bg-transparent px-1.5 py-1.5 text-base outline-none"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
          {isAnswering ? (
            <Button onClick={onStop}>
              <Square />
              {words.stop}
            </Button>
          ) : (
            <Button type="submit" look="primary" disabled={!isReady}>
              <ArrowUp />
              {words.send}
            </Button>
          )}
        </div>
        {length > WARN_FROM && (
          <p role="status" className={length > MOST ? "text-bad text-sm" : "text-muted text-sm"}>
            {length > MOST ? words.tooLong(length - MOST) : words.left(MOST - length)}
          </p>
        )}
      </div>
    </form>
  );
}
