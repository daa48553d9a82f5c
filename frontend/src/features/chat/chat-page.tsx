"use client";
/** The chat page: all collections, or the one in the address. */
import type { ComponentType } from "react";
import { useParam } from "@/lib/params";
import { CollectionDetail } from "./collection-detail";
import { CollectionList } from "./collection-list";

/** `access` shows the keys and the public page of an endpoint, which is another room's. */
export function ChatPage({ access }: { access: ComponentType<{ id: string }> }) {
  const [id] = useParam("id");
  return id ? <CollectionDetail key={id} id={id} access={access} /> : <CollectionList />;
}
