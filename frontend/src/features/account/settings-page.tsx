"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { meQuery } from "@/api/account";
import { Page } from "@/ui/page";
import { Attempts } from "./attempts";
import { Keys } from "./keys";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { ThemeChoice } from "./theme-choice";
import { words } from "./words";

/** Who one is, how one signs in, what programs may do, and how it all looks; `children` are settings of other rooms. */
export function SettingsPage({ children }: { children?: ReactNode }) {
  const { data: me } = useQuery(meQuery());
  return (
    <Page title={words.title}>
      {me && (
        <div className="grid max-w-5xl gap-8 px-4 py-5">
          <div className="grid gap-8 lg:grid-cols-2 lg:gap-12">
            <div className="grid content-start gap-8">
              <ProfileForm key={`${me.name} ${me.email}`} me={me} />
              <ThemeChoice />
            </div>
            <PasswordForm me={me} />
          </div>
          {children}
          <Keys me={me} />
          <Attempts />
        </div>
      )}
    </Page>
  );
}
