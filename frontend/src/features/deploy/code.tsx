import type { ReactNode } from "react";

/** Code that scrolls sideways, by keyboard too. */
export function Code({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-sm bg-sunken">
      <pre className="w-max min-w-full py-1.5 font-mono text-sm leading-snug">{children}</pre>
    </section>
  );
}
