"use client";
/** A text field that shows what is being typed and hands over what it means, so that "0." can become "0.5". */
import { type ComponentProps, useState } from "react";
import { Input } from "@/ui/field";

type Props = Omit<ComponentProps<"input">, "value" | "onChange"> & { text: string; onCommit: (text: string) => void };

export function DraftInput({ text, onCommit, ...rest }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <Input
      autoComplete="off"
      {...rest}
      value={draft ?? text}
      onFocus={() => setDraft(text)}
      onChange={(event) => {
        setDraft(event.target.value);
        onCommit(event.target.value);
      }}
      onBlur={() => setDraft(null)}
    />
  );
}
