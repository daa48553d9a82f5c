import type { Metadata, Viewport } from "next";
import { type ReactNode, Suspense } from "react";
import { ApiProvider } from "@/api/query-client";
import { Frame } from "@/features/frame/frame";
import { themeScript } from "@/lib/theme-script";
import { Toaster } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";
import "./globals.css";

export const metadata: Metadata = { title: "Modelyard", description: "From data to a live model." };
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** `/` says that the pages' own host passes requests on to the API. */
const apiUrl = (process.env.NEXT_PUBLIC_API_URL ?? "").replace(/\/+$/, "");

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-api={apiUrl} suppressHydrationWarning>
      <body>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant; sets the theme before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <ApiProvider>
          <TooltipProvider>
            <Suspense>
              <Frame>{children}</Frame>
            </Suspense>
            <Toaster />
          </TooltipProvider>
        </ApiProvider>
      </body>
    </html>
  );
}
