"use client";
/** The endpoint for programs: its address, its keys, and code that calls it. */
import { ExternalLink } from "lucide-react";
import { address } from "@/api/client";
import { apiOrigin } from "@/api/origin";
import type { Endpoint } from "@/api/types";
import { CopyLine } from "@/ui/copy-line";
import { Section } from "@/ui/page";
import { isSaid } from "../said";
import { MOST_ASKED, MOST_LINES } from "../trying/lines";
import { EndpointKeys } from "./endpoint-keys";
import { Snippets } from "./snippets";
import { words } from "./words";

export function ApiTab({ endpoint }: { endpoint: Endpoint }) {
  const isAsking = isSaid(endpoint.signature);
  const path = `/endpoints/${endpoint.id}`;
  return (
    <div className="grid grid-cols-1 gap-8 p-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-8">
        <Section title={words.address.title}>
          <p className="text-muted text-sm">{words.address.calls(isAsking ? MOST_ASKED : MOST_LINES)}</p>
          <CopyLine what={words.address.title} text={`POST ${new URL(address(`${path}/calls`), apiOrigin()).href}`} />
          <p className="max-w-[72ch] text-muted text-sm">{words.address.docs}</p>
          <a
            href={address(`${path}/openapi.json`)}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-6 items-center gap-1.5 justify-self-start text-accent hover:underline"
          >
            {words.address.openapi}
            <ExternalLink aria-hidden className="size-3.5" />
          </a>
        </Section>
        <EndpointKeys id={endpoint.id} help={isAsking ? words.keys.helpSaid : words.keys.help} />
      </div>
      <Snippets id={endpoint.id} />
    </div>
  );
}
