import type { ReactNode } from "react";

/** One sentence and the one action that fills it. */
export function EmptyState({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-[52ch] justify-items-center gap-3 px-4 py-12 text-center">
      <p className="font-medium text-lg">{title}</p>
      {children && <div className="text-muted">{children}</div>}
      {actions && <div className="flex flex-wrap justify-center gap-2 pt-1">{actions}</div>}
    </div>
  );
}
