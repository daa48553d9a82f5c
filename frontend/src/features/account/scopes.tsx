import type { Me } from "@/api/types";
import { Checkbox } from "@/ui/field";
import { words } from "./words";

type Scope = Me["scopes"][number];
type Props = { offered: Scope[]; picked: Scope[]; onChange: (picked: Scope[]) => void };

/** One line per room, one box per right. */
export function Scopes({ offered, picked, onChange }: Props) {
  const rooms = [...new Set(offered.map((scope) => scope.split(":")[0] ?? ""))];
  const toggle = (scope: Scope) =>
    onChange(picked.includes(scope) ? picked.filter((other) => other !== scope) : [...picked, scope]);
  return (
    <fieldset className="grid gap-1">
      <legend className="pb-1 font-medium text-sm">{words.keys.scopes}</legend>
      <p className="pb-1 text-muted text-sm">{words.keys.scopesHelp}</p>
      {rooms.map((room) => (
        <div key={room} className="flex min-h-7 flex-wrap items-center gap-x-4 border-line border-t text-sm">
          <span className="w-24 text-muted">{room}</span>
          {offered
            .filter((scope) => scope.startsWith(`${room}:`))
            .map((scope) => (
              <label key={scope} className="flex items-center gap-1.5 py-1">
                <Checkbox aria-label={scope} checked={picked.includes(scope)} onChange={() => toggle(scope)} />
                {scope.split(":")[1]}
              </label>
            ))}
        </div>
      ))}
    </fieldset>
  );
}
