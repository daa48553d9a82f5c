"use client";

import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { runCountsQuery } from "@/api/run-counts";
import type { Me } from "@/api/types";
import { useKept } from "@/lib/kept";
import { KeyHint } from "@/ui/key-hint";
import { Tooltip } from "@/ui/tooltip";
import { AccountMenu } from "./account-menu";
import { openPalette } from "./palette-host";
import { isHere, type Place, places, runsPlace, settingsPlace } from "./places";

const shape = "flex h-9 w-full items-center gap-3 rounded-md px-2.5";
const item = `${shape} text-muted hover:bg-hover hover:text-text`;

/** The way around on a wide window: 56 px of icons, 208 px when open. */
export function Rail({ me }: { me: Me | undefined }) {
  const [isOpen, setIsOpen] = useKept("rail");
  const Toggle = isOpen ? PanelLeftClose : PanelLeftOpen;
  return (
    <nav
      aria-label="Main"
      className={cx(
        "sticky top-0 z-30 flex h-dvh shrink-0 flex-col gap-1 border-line border-r bg-sunken p-2 max-md:hidden",
        isOpen ? "w-52" : "w-14",
      )}
    >
      <Labelled label={isOpen ? "Close the rail" : "Open the rail"} isOpen={false}>
        <button
          type="button"
          aria-label={isOpen ? "Modelyard: close the rail" : "Open the rail"}
          aria-expanded={isOpen}
          className={item}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Toggle aria-hidden className="size-5 shrink-0" />
          {isOpen && <span className="font-semibold text-text">Modelyard</span>}
        </button>
      </Labelled>
      <Labelled label="Search and commands" isOpen={isOpen}>
        <button
          type="button"
          aria-label={isOpen ? undefined : "Search and commands"}
          className={item}
          onClick={openPalette}
        >
          <Search aria-hidden className="size-5 shrink-0" />
          {isOpen && (
            <>
              <span className="flex-1 text-left">Search</span>
              <KeyHint keys="Ctrl K" />
            </>
          )}
        </button>
      </Labelled>
      <div className="my-1 h-px bg-line" />
      {places.map((place) => (
        <RailLink key={place.href} place={place} isOpen={isOpen} />
      ))}
      <div className="flex-1" />
      <RailLink place={runsPlace} isOpen={isOpen} count={useLiveCount(me !== undefined)} />
      <RailLink place={settingsPlace} isOpen={isOpen} />
      <AccountMenu me={me} className={item} isOpen={isOpen} />
    </nav>
  );
}

/** How many runs are queued or going on. */
export function useLiveCount(enabled: boolean): number {
  const { data } = useQuery({ ...runCountsQuery(), enabled });
  return (data?.queued ?? 0) + (data?.running ?? 0) + (data?.waiting ?? 0);
}

function RailLink({ place, isOpen, count = 0 }: { place: Place; isOpen: boolean; count?: number }) {
  const here = isHere(usePathname(), place.href);
  const label = count > 0 ? `${place.label}, ${count} going on` : place.label;
  return (
    <Labelled label={label} isOpen={isOpen}>
      <Link
        href={place.href}
        aria-label={label}
        aria-current={here ? "page" : undefined}
        className={cx("relative", here ? `${shape} bg-accent-soft font-medium text-accent` : item)}
      >
        <place.icon aria-hidden className="size-5 shrink-0" />
        {isOpen && <span className="flex-1">{place.label}</span>}
        {count > 0 && <Count n={count} isCorner={!isOpen} />}
      </Link>
    </Labelled>
  );
}

export function Count({ n, isCorner }: { n: number; isCorner: boolean }) {
  return (
    <span
      aria-hidden
      className={cx(
        "numbers min-w-4 rounded-full bg-accent px-1 text-center text-on-accent text-xs leading-4",
        isCorner && "absolute top-0.5 right-0.5",
      )}
    >
      {n > 99 ? "99+" : n}
    </span>
  );
}

function Labelled({ label, isOpen, children }: { label: string; isOpen: boolean; children: React.ReactElement }) {
  return (
    <Tooltip text={isOpen ? null : label} side="right">
      {children}
    </Tooltip>
  );
}
