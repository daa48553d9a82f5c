"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
/** How sites and programs ask this collection: the widget with its browser keys, the public page, the API. */
import { apiOrigin } from "@/api/origin";
import { CopyLine } from "@/ui/copy-line";
import { Section } from "@/ui/page";
import type { Collection } from "../types";
import { ApiSection } from "./api-section";
import { BrowserKeys } from "./browser-keys";
import { browserKeysQuery } from "./queries";
import { widgetLine } from "./snippets";
import { words } from "./words";

/** `access`: keys and the public page of the endpoint, which another room draws. */
export function ShareTab({ collection, access }: { collection: Collection; access: ReactNode }) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="grid grid-cols-1 gap-10 p-4 xl:grid-cols-2">
        <div className="grid min-w-0 content-start gap-10">
          <WidgetSection endpointId={collection.endpoint_id} />
          <BrowserKeys endpointId={collection.endpoint_id} />
        </div>
        <div className="grid min-w-0 content-start gap-10">
          {access}
          <ApiSection collection={collection} />
        </div>
      </div>
    </div>
  );
}

function WidgetSection({ endpointId }: { endpointId: string }) {
  const [key] = useQuery(browserKeysQuery(endpointId)).data ?? [];
  return (
    <Section title={words.widget.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.widget.help}</p>
      {key ? (
        <CopyLine what={words.widget.code} text={widgetLine(apiOrigin(), key.key)} />
      ) : (
        <p className="text-muted">{words.widget.none}</p>
      )}
    </Section>
  );
}
