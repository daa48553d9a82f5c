"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** One value of the query string, and how to change it: what is open stands in the address. */
export function useParam(name: string): [string | null, (value: string | null, how?: "push" | "replace") => void] {
  const value = useSearchParams().get(name);
  const path = usePathname();
  const router = useRouter();
  const change = useCallback(
    (next: string | null, how: "push" | "replace" = "push") => {
      const params = new URLSearchParams(window.location.search);
      if (next === null || next === "") params.delete(name);
      else params.set(name, next);
      const query = params.toString();
      router[how](query ? `${path}?${query}` : path, { scroll: false });
    },
    [name, path, router],
  );
  return [value, change];
}
