"use client";
/** The passage that is open beside a conversation stands in the address, so that it can be linked and gone back from. */
import { useCallback } from "react";
import { useParam } from "@/lib/params";
import type { Place } from "../places";
import type { Citation } from "../types";

const PARAM = "passage";
const BETWEEN = "~";

export type OpenPlace = Required<Pick<Place, "document_id" | "start" | "end">> & { text_hash: string | null };

export const passageText = ({ document_id, text_hash, start, end }: OpenPlace) =>
  [document_id, text_hash ?? "", start, end].join(BETWEEN);

export function passageOf(text: string | null): OpenPlace | null {
  const [document_id, text_hash, start, end] = (text ?? "").split(BETWEEN);
  if (!document_id || !/^\d+$/.test(start ?? "") || !/^\d+$/.test(end ?? "")) return null;
  return { document_id, text_hash: text_hash || null, start: Number(start), end: Number(end) };
}

/** A citation that stands in no document opens nothing: its words are in the list. */
export function useOpenPassage(): (citation: Citation) => void {
  const [, setPassage] = useParam(PARAM);
  return useCallback(
    ({ document_id, text_hash, start, end }) => {
      if (document_id !== null) setPassage(passageText({ document_id, text_hash, start, end }));
    },
    [setPassage],
  );
}

export function usePassage(): [OpenPlace | null, () => void] {
  const [passage, setPassage] = useParam(PARAM);
  return [passageOf(passage), () => setPassage(null)];
}
