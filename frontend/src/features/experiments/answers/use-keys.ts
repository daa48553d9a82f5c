"use client";
import { useEffect } from "react";
import { isPlainKey } from "@/lib/plain-key";

/** Single keys that act, outside of fields and dialogs; null: nothing to do now. */
export function useKeys(acts: Readonly<Record<string, (() => void) | null>>) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const found = Object.entries(acts).find(([key]) => isPlainKey(event, key))?.[1];
      if (!found) return;
      event.preventDefault();
      found();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
