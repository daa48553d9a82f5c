"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleUser, LogOut, Monitor, Moon, Settings, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { api } from "@/api/client";
import type { Me } from "@/api/types";
import { setTheme, type Theme, useTheme } from "@/lib/theme";
import { Menu } from "@/ui/menu";

const NEXT_THEME: Record<Theme, { theme: Theme; label: string; icon: React.ReactNode }> = {
  system: { theme: "light", label: "Theme: as the system", icon: <Monitor /> },
  light: { theme: "dark", label: "Theme: light", icon: <Sun /> },
  dark: { theme: "system", label: "Theme: dark", icon: <Moon /> },
};

export function useSignOut() {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => api.POST("/api/v1/auth/sign-out"),
    onSettled: () => {
      router.replace("/sign-in/");
      client.clear();
    },
  });
}

export function useAccountItems() {
  const signOut = useSignOut();
  const router = useRouter();
  const next = NEXT_THEME[useTheme()];
  return [
    { label: "Settings", icon: <Settings />, onSelect: () => router.push("/settings/") },
    { label: next.label, icon: next.icon, onSelect: () => setTheme(next.theme) },
    "line" as const,
    { label: "Sign out", icon: <LogOut />, onSelect: () => signOut.mutate() },
  ];
}

type Props = { me: Me | undefined; className: string; isOpen: boolean };

export function AccountMenu({ me, className, isOpen }: Props) {
  const name = me?.name || me?.email || "Account";
  return (
    <Menu
      align="start"
      side="right"
      items={useAccountItems()}
      trigger={
        <button type="button" aria-label={`Account: ${name}`} title={name} className={className}>
          <CircleUser aria-hidden className="size-5 shrink-0" />
          {isOpen && <span className="min-w-0 flex-1 truncate text-left">{name}</span>}
        </button>
      }
    />
  );
}
