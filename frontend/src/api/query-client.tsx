"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError, Unreachable } from "@/lib/api-error";

/** Refusals are final; only faults and a busy server are asked again. */
const isWorthRetrying = (failures: number, error: unknown) =>
  failures < 2 && !(error instanceof Unreachable) && !(error instanceof ApiError && error.status < 500);

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: isWorthRetrying, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });

export function ApiProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
