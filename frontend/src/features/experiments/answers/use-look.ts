"use client";
import { usePathname, useRouter } from "next/navigation";
import { FILTER_NAMES } from "./filters";

/** Opens the answers of two configurations where they differ; of one, all of them. */
export function useLook() {
  const path = usePathname();
  const router = useRouter();
  return (first: number, second?: number) => {
    const params = new URLSearchParams(window.location.search);
    for (const name of [...FILTER_NAMES, "configuration", "sample"]) params.delete(name);
    params.set("tab", "answers");
    params.set("first", String(first));
    if (second !== undefined) {
      params.set("second", String(second));
      params.set("who", "differ");
    }
    router.push(`${path}?${params}`, { scroll: false });
  };
}
