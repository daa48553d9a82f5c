import { Skeleton } from "@/ui/skeleton";
import { words } from "./words";

export function TextSkeleton() {
  return (
    <div role="status" aria-label={words.loading} className="grid max-w-[72ch] gap-3 p-4">
      <Skeleton className="h-6 w-1/2" />
      {["a", "b", "c", "d", "e"].map((key) => (
        <Skeleton key={key} className="h-14" />
      ))}
    </div>
  );
}
