"use client";
/** Which endpoint predicts the rows, and the columns it needs. */
import { useQuery } from "@tanstack/react-query";
import type { Endpoint } from "@/api/types";
import { Field, Select } from "@/ui/field";
import { endpointsQuery } from "../queries";
import { words } from "../words";

const NAMED = 8;

export function EndpointChoice({ endpoint, onChoose }: { endpoint: Endpoint; onChoose: (id: string) => void }) {
  const list = useQuery(endpointsQuery).data?.items ?? [];
  const choices = list.some(({ id }) => id === endpoint.id) ? list : [endpoint, ...list];
  const needed = endpoint.signature.inputs.filter(({ required }) => required);
  const named = (needed.length > 0 ? needed : endpoint.signature.inputs).map(({ name }) => name);
  const more = named.length > NAMED ? `, ${words.create.others(named.length - NAMED)}` : "";
  return (
    <Field label={words.create.endpoint} help={words.create.needs(named.slice(0, NAMED).join(", ") + more)}>
      {(wired) => (
        <Select {...wired} className="max-w-sm" value={endpoint.id} onChange={(event) => onChoose(event.target.value)}>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
