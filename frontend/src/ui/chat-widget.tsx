"use client";
/** The chat that sites embed, as a part of a page of ours: for anyone, with an endpoint's public page. */
import { useEffect, useRef } from "react";

type Props = { endpoint: string; name: string };

export function ChatWidget({ endpoint, name }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isGone = false;
    const element = document.createElement("modelyard-chat");
    const attributes = { endpoint, name, mode: "inline", "ask-selection": "off", "page-scope": "off" };
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    void import("@widget/element").then(({ defineChat }) => {
      defineChat();
      if (!isGone) place.current?.append(element);
    });
    return () => {
      isGone = true;
      element.remove();
    };
  }, [endpoint, name]);
  return <div ref={place} className="h-full [--modelyard-font:var(--font-sans)] [--modelyard-height:100%]" />;
}
