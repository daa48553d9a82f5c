"use client";
/** Reads an attempt for whatever shows it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { attemptQuery } from "../queries";
import type { Attempt } from "../types";
import { words } from "./words";

type Props = {
  id: string;
  number: number;
  /** Nothing stands there until it is read, nor when it cannot be: another part of the page says so. */
  isQuiet?: boolean;
  children: (attempt: Attempt) => ReactNode;
};

export function OfAttempt({ id, number, isQuiet = false, children }: Props) {
  const attempt = useQuery(attemptQuery(id, number));
  if (attempt.data) return children(attempt.data);
  if (isQuiet) return null;
  if (attempt.error)
    return <ErrorState error={attempt.error} title={words.failedToLoad} retry={() => void attempt.refetch()} />;
  return <TableSkeleton label={words.kept} />;
}
