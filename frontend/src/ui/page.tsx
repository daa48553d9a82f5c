import { cx } from "class-variance-authority";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

type Crumb = { label: string; href: string };
type Props = {
  title: string;
  /** What stands above this page; the last crumb is the title itself. */
  crumbs?: Crumb[];
  /** Beside the title: a state, a name field. */
  beside?: ReactNode;
  /** At the right, one primary at most. */
  actions?: ReactNode;
  /** True for pages that fill the window and scroll inside, such as the canvas. */
  fill?: boolean;
  children: ReactNode;
};

/** One top line, then the page. */
export function Page({ title, crumbs = [], beside, actions, fill = false, children }: Props) {
  return (
    <div className={cx("flex min-w-0 flex-1 flex-col", fill && "h-dvh max-md:h-[calc(100dvh-56px)]")}>
      <title>{`${title} · Modelyard`}</title>
      <header className="sticky top-0 z-20 flex min-h-12 shrink-0 items-center gap-x-3 gap-y-1 border-line border-b bg-page px-4 py-2 max-md:flex-wrap">
        <div className="flex min-w-0 flex-1 items-center gap-1.5">
          {crumbs.map((crumb) => (
            <span key={crumb.href} className="flex shrink-0 items-center gap-1.5 text-muted">
              <Link
                href={crumb.href}
                title={crumb.label}
                className="max-w-64 truncate hover:text-text hover:underline max-md:max-w-24"
              >
                {crumb.label}
              </Link>
              <ChevronRight aria-hidden className="size-3.5" />
            </span>
          ))}
          <h1 className="min-w-0 truncate font-semibold" title={title}>
            {title}
          </h1>
          {beside}
        </div>
        {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      <main id="main" tabIndex={-1} className={cx("min-w-0 flex-1 outline-none", fill && "flex min-h-0")}>
        {children}
      </main>
    </div>
  );
}

/** A part of a page with its own heading. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-w-0 grid-cols-1 content-start gap-2">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h2 className="font-semibold text-base">{title}</h2>
        {actions}
      </div>
      {children}
    </div>
  );
}
