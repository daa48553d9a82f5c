import { cx } from "class-variance-authority";

/** A grey stand-in of the size of what will be there. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx("shimmer rounded-sm bg-hover", className)} />;
}

const WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-3/4", "w-1/3"];

export function TableSkeleton({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="border-line border-t">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stand-ins have no identity
        <div key={i} className="flex h-9 items-center gap-6 border-line border-b px-4">
          <div className="flex-1">
            <Skeleton className={cx("h-3", WIDTHS[i % WIDTHS.length])} />
          </div>
          <Skeleton className="h-3 w-16" />
          <Skeleton className="hidden h-3 w-16 sm:block" />
          <Skeleton className="hidden h-3 w-24 sm:block" />
        </div>
      ))}
    </div>
  );
}
