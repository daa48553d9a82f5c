"use client";

import { useSyncExternalStore } from "react";
import { THEME_KEY } from "./theme-script";

/** Light, dark, or whatever the system says. Kept in this browser only. */
export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

export function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage is off in this browser: the choice lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, readTheme, () => "system");

const isDarkNow = () =>
  readTheme() === "dark" || (readTheme() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDarkNow, () => false);

/** The present value of a colour token such as "text", as rgb(). */
export function themeColor(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--c-${token})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
