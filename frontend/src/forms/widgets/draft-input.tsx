"use client";
/** A text field that shows what is being typed and hands over what it means, so that "0." can become "0.5". */
import { type ComponentProps, useState } from "react";
import { Input, Textarea } from "@/ui/field";

type Props = Omit<ComponentProps<"input">, "value" | "onChange"> & { text: string; onCommit: (text: string) => void };

export function DraftInput({ text, onCommit, ...rest }: Props) {
  return <Input autoComplete="off" {...rest} {...useDraft(text, onCommit)} />;
}

type AreaProps = Omit<ComponentProps<"textarea">, "value" | "onChange"> & Pick<Props, "text" | "onCommit">;

export function DraftArea({ text, onCommit, ...rest }: AreaProps) {
  return <Textarea spellCheck={false} {...rest} {...useDraft(text, onCommit)} />;
}

type Typed = { target: { value: string } };

function useDraft(text: string, onCommit: (text: string) => void) {
  const [draft, setDraft] = useState<string | null>(null);
  return {
    value: draft ?? text,
    onFocus: () => setDraft(text),
    onChange: (event: Typed) => {
      setDraft(event.target.value);
      onCommit(event.target.value);
    },
    onBlur: () => setDraft(null),
  };
}
