"use client";
/** Which version answers: the served one, or another that is tried. */
import type { ModelSummary } from "@/api/types";
import { Field, Select } from "@/ui/field";
import { words } from "./words";

type Props = {
  versions: readonly ModelSummary[];
  /** What the address asks for. */
  asked: string | null;
  chosen: number;
  onChoose: (version: number) => void;
};

export function VersionChoice({ versions, asked, chosen, onChoose }: Props) {
  const isMissing = asked !== null && versions.length > 0 && !versions.some(({ version }) => String(version) === asked);
  const isServed = versions.some((each) => each.is_promoted && each.version === chosen);
  return (
    <>
      {isMissing && (
        <p role="note" className="text-sm text-warn">
          {words.version.missing(asked)}
        </p>
      )}
      {versions.length > 1 && (
        <div className="grid max-w-72 gap-1 pb-2">
          <Field label={words.version.label} help={isServed ? undefined : words.version.tried(chosen)}>
            {(wired) => (
              <Select {...wired} value={chosen} onChange={(event) => onChoose(Number(event.target.value))}>
                {versions.map((each) => (
                  <option key={each.id} value={each.version}>
                    {each.is_promoted ? words.version.served(each.version) : words.version.named(each.version)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      )}
    </>
  );
}
