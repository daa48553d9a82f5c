"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { meQuery } from "@/api/account";
import { isSignedOut } from "@/api/client";
import { followLinks } from "@/api/files";
import { ErrorState } from "@/ui/error-state";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { tellFailure } from "@/ui/toast";
import { BottomBar } from "./bottom-bar";
import { PaletteHost } from "./palette-host";
import { Rail } from "./rail";
import { WakingBanner } from "./waking-banner";

const OPEN_TO_ALL = ["/sign-in", "/try", "/shared"];

/** Everything around a page: the rail or the bottom bar, the palette, and the way to sign in. */
export function Frame({ children }: { children: ReactNode }) {
  const path = usePathname();
  useEffect(() => followLinks(tellFailure), []);
  if (OPEN_TO_ALL.some((open) => path.startsWith(open)))
    return (
      <>
        <WakingBanner />
        {children}
      </>
    );
  return <SignedIn>{children}</SignedIn>;
}

function SignedIn({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery());
  const router = useRouter();
  const mustSignIn = isSignedOut(me.error);
  useEffect(() => {
    if (!mustSignIn) return;
    const here = window.location.pathname + window.location.search;
    router.replace(here === "/" ? "/sign-in/" : `/sign-in/?next=${encodeURIComponent(here)}`);
  }, [mustSignIn, router]);
  const isReady = me.data !== undefined && !mustSignIn;
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <WakingBanner />
      <div className="flex min-w-0 flex-1 max-md:pb-14">
        <Rail me={me.data} />
        {isReady && children}
        {me.isError && !mustSignIn && (
          <main id="main" tabIndex={-1} className="flex-1 outline-none">
            <ErrorState error={me.error} title="The yard cannot be reached" retry={() => me.refetch()} />
          </main>
        )}
        {!isReady && (me.isPending || mustSignIn) && <PageSkeleton />}
      </div>
      <BottomBar me={me.data} />
      {isReady && <PaletteHost />}
    </div>
  );
}

function PageSkeleton() {
  return (
    <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
      <h1 className="sr-only">Loading</h1>
      <div className="flex h-12 items-center border-line border-b px-4">
        <Skeleton className="h-4 w-32" />
      </div>
      <div className="p-4">
        <TableSkeleton label="Loading" />
      </div>
    </main>
  );
}
