"use client";
/** Why somebody thinks so of an answer: kept when the field is left, or with Enter. */
import { useState } from "react";
import { Input } from "@/ui/field";
import { words } from "./words";

/** As the server takes them. */
export const LONGEST_NOTE = 2000;

type Props = { label: string; note: string; onKeep: (note: string) => void };

export function LabelNote({ label, note, onKeep }: Props) {
  const [typed, setTyped] = useState(note);
  const keep = () => {
    if (typed.trim() !== note) onKeep(typed.trim());
  };
  return (
    <Input
      aria-label={label}
      placeholder={words.notePlaceholder}
      maxLength={LONGEST_NOTE}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}
