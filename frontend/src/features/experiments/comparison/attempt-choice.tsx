"use client";
/** Which earlier attempt stands beside this one. */
import { useQuery } from "@tanstack/react-query";
import { Field, Select } from "@/ui/field";
import { attemptsQuery } from "../queries";
import type { Attempt } from "../types";
import { words as shared } from "../words";
import { words } from "./words";

type Props = { attempt: Attempt; beside: string | null; onChange: (number: string | null) => void };

export function AttemptChoice({ attempt, beside, onChange }: Props) {
  const attempts = useQuery(attemptsQuery(attempt.experiment_id));
  const others = (attempts.data ?? []).filter((each) => each.number !== attempt.number && each.n_done > 0);
  if (others.length === 0 && beside === null) return null;
  return (
    <Field label={words.beside}>
      {(wired) => (
        <Select {...wired} value={beside ?? ""} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">{words.alone}</option>
          {others.map((each) => (
            <option key={each.number} value={each.number}>
              {words.attempt(each.number, shared.states[each.state], each.n_done)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
