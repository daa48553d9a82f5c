"use client";
/** Which of an experiment's attempts is shown. */
import { useQuery } from "@tanstack/react-query";
import { formatMoment } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Select } from "@/ui/field";
import { attemptsQuery } from "../queries";
import { words as shared } from "../words";
import { words } from "./words";

export function AttemptChoice({ id, number }: { id: string; number: number }) {
  const [, choose] = useParam("attempt");
  const { data: attempts = [] } = useQuery(attemptsQuery(id));
  return (
    <Select
      aria-label={words.choose}
      className="max-w-80"
      value={String(number)}
      onChange={(event) => choose(event.target.value)}
    >
      {!attempts.some((each) => each.number === number) && <option value={number}>{words.attemptN(number)}</option>}
      {attempts.map((each) => (
        <option key={each.number} value={each.number}>
          {words.attemptN(each.number)} · {shared.states[each.state]} · {formatMoment(new Date(each.created_at))}
        </option>
      ))}
    </Select>
  );
}
