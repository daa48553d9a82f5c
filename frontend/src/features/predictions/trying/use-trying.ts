"use client";
/** What is typed, what was answered to it, and what was refused; it stays while other parts of the endpoint are open. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CallResult, Cell, Signature } from "@/api/types";
import { ApiError } from "@/lib/api-error";
import { callEndpoint } from "../queries";
import { exampleRow, type Typed, typedToRow } from "./row";

export type Given = { typed: Typed; row: Record<string, Cell>; result: CallResult };

export type Trying = {
  typed: Typed;
  setTyped: (typed: Typed) => void;
  given: Given | null;
  error: unknown;
  /** The server's words by column. */
  errors: Readonly<Record<string, string>>;
  /** When the call that is under way was made. */
  askedAt: number | null;
  ask: (explain: boolean) => Promise<void>;
};

export function useTrying(id: string, signature: Signature, version: number | null): Trying {
  const client = useQueryClient();
  const [typed, setTyped] = useState<Typed>(() => exampleRow(signature));
  const [given, setGiven] = useState<Given | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const ask = async (explain: boolean) => {
    if (askedAt !== null) return;
    const row = typedToRow(signature, typed);
    setAskedAt(Date.now());
    setError(null);
    try {
      setGiven({ typed, row, result: await callEndpoint(id, [row], { version, explain }) });
    } catch (reason) {
      setError(reason);
    } finally {
      setAskedAt(null);
      void client.invalidateQueries({ queryKey: ["endpoints"] });
    }
  };
  const errors = error instanceof ApiError ? fieldErrors(error) : {};
  return { typed, setTyped, given, error, errors, askedAt, ask };
}

/** Messages by column, from paths such as `["inputs", 0, "age"]`. */
export function fieldErrors(error: ApiError): Record<string, string> {
  return Object.fromEntries(
    error.fields.filter(({ path }) => path[0] === "inputs").map(({ path, message }) => [String(path.at(-1)), message]),
  );
}

/** The one column of a model that takes nothing but a text. */
export function onlyText(signature: Signature): string | null {
  const [first, second] = signature.inputs;
  return first && !second && first.kind === "text" ? first.name : null;
}
