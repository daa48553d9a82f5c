"use client";

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

/** A yes or no of this browser's reader, such as whether the rail is open; kept between visits. */
export function useKept(key: string): [boolean, (value: boolean) => void] {
  const name = `modelyard-${key}`;
  const value = useSyncExternalStore(
    subscribe,
    () => read(name),
    () => false,
  );
  return [value, (next) => write(name, next)];
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function read(name: string): boolean {
  try {
    return localStorage.getItem(name) === "yes";
  } catch {
    return false;
  }
}

function write(name: string, value: boolean) {
  try {
    localStorage.setItem(name, value ? "yes" : "no");
  } catch {
    // Storage is off in this browser: nothing is kept.
  }
  for (const listener of listeners) listener();
}
