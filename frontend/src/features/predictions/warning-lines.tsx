/** What the server warns of beside an answer, such as a text that was cut. */
import { TriangleAlert } from "lucide-react";

export function WarningLines({ warnings }: { warnings: readonly string[] }) {
  return warnings.map((warning) => (
    <p key={warning} className="flex items-start gap-2 text-sm text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 break-words">{warning}</span>
    </p>
  ));
}
