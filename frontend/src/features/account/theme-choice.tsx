"use client";

import { cx } from "class-variance-authority";
import { Monitor, Moon, Sun } from "lucide-react";
import { setTheme, type Theme, useTheme } from "@/lib/theme";
import { Section } from "@/ui/page";
import { words } from "./words";

const choices: { theme: Theme; icon: typeof Sun }[] = [
  { theme: "system", icon: Monitor },
  { theme: "light", icon: Sun },
  { theme: "dark", icon: Moon },
];

export function ThemeChoice() {
  const chosen = useTheme();
  return (
    <Section title={words.theme.title}>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">{words.theme.legend}</legend>
        {choices.map(({ theme, icon: Icon }) => (
          <label
            key={theme}
            className={cx(
              "flex h-8 cursor-pointer items-center gap-2 rounded-md border px-3 has-focus-visible:outline-2 has-focus-visible:outline-accent",
              theme === chosen
                ? "border-accent bg-accent-soft font-medium text-accent"
                : "border-control hover:bg-hover",
            )}
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={theme === chosen}
              onChange={() => setTheme(theme)}
            />
            <Icon aria-hidden className="size-4" />
            {words.theme[theme]}
          </label>
        ))}
      </fieldset>
      <p className="text-muted text-sm">{words.theme.help}</p>
    </Section>
  );
}
