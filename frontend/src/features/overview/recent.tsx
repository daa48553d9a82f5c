import type { UseQueryResult } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";

type Line = { id: string; name: string; href: string; about: ReactNode; at: string };
type Props<T> = {
  title: string;
  href: string;
  query: UseQueryResult<T[]>;
  /** Said when there is none. */
  none: string;
  line: (item: T) => Line;
};

/** The newest few of one kind of thing. */
export function Recent<T>({ title, href, query, none, line }: Props<T>) {
  return (
    <Section
      title={title}
      actions={
        <Button asChild look="link" size="inline">
          <Link href={href} aria-label={`See all ${title.toLowerCase()}`}>
            See all
          </Link>
        </Button>
      }
    >
      {query.isPending && <TableSkeleton rows={3} label={`Loading ${title.toLowerCase()}`} />}
      {query.isError && (
        <div role="alert" className="grid justify-items-start gap-2 border-line border-t py-3">
          <ErrorText error={query.error} />
          <Button size="sm" onClick={() => query.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {query.data?.length === 0 && <p className="border-line border-t py-3 text-muted">{none}</p>}
      {query.data && query.data.length > 0 && (
        <ul className="border-line border-t">
          {query.data.map((item) => (
            <Item key={line(item).id} {...line(item)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Item({ name, href, about, at }: Line) {
  return (
    <li className="border-line border-b">
      <Link href={href} className="grid h-10 grid-cols-[minmax(0,1fr)_auto_5.5rem] items-center gap-4 hover:bg-hover">
        <span className="truncate font-medium" title={name}>
          {name}
        </span>
        <span className="numbers text-muted text-sm">{about}</span>
        <span className="numbers text-right text-muted text-sm">
          <RelativeTime at={at} />
        </span>
      </Link>
    </li>
  );
}
