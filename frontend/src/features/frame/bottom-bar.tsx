"use client";

import { cx } from "class-variance-authority";
import { Ellipsis, Search } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import type { Me } from "@/api/types";
import { Menu } from "@/ui/menu";
import { useAccountItems } from "./account-menu";
import { openPalette } from "./palette-host";
import { isHere, places, runsPlace } from "./places";
import { Count, useLiveCount } from "./rail";

const cell = "relative flex flex-auto flex-col items-center justify-center gap-0.5 px-0.5 text-xs tracking-tight";

/** The way around on a phone. */
export function BottomBar({ me }: { me: Me | undefined }) {
  const path = usePathname();
  const count = useLiveCount(me !== undefined);
  const account = useAccountItems();
  const router = useRouter();
  const others = places
    .filter(({ isUnderMore }) => isUnderMore)
    .map((place) => ({ label: place.label, icon: <place.icon />, onSelect: () => router.push(place.href) }));
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex h-14 border-line border-t bg-sunken px-1 md:hidden"
    >
      {[...places.filter(({ isUnderMore }) => !isUnderMore), runsPlace].map((place) => {
        const here = isHere(path, place.href);
        return (
          <Link
            key={place.href}
            href={place.href}
            aria-current={here ? "page" : undefined}
            className={cx(cell, here ? "font-medium text-accent" : "text-muted")}
          >
            <place.icon aria-hidden className="size-5" />
            {place.label}
            {place === runsPlace && count > 0 && <Count n={count} isCorner />}
          </Link>
        );
      })}
      <Menu
        side="top"
        items={[...others, { label: "Search", icon: <Search />, onSelect: openPalette }, ...account]}
        trigger={
          <button type="button" className={cx(cell, "text-muted")}>
            <Ellipsis aria-hidden className="size-5" />
            More
          </button>
        }
      />
    </nav>
  );
}
