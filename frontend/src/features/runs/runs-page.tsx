"use client";

import type { RunState } from "@/api/types";
import { useParam } from "@/lib/params";
import { Select } from "@/ui/field";
import { Page } from "@/ui/page";
import { RunList } from "./run-list";
import { RunPanel } from "./run-panel";
import { words } from "./words";

const STATES: [RunState, string][] = [
  ["queued", "Queued"],
  ["running", "Running"],
  ["waiting", "Waiting for you"],
  ["succeeded", "Done"],
  ["failed", "Failed"],
  ["cancelled", "Cancelled"],
];

/** The list stays in place; what is open stands in the address. */
export function RunsPage() {
  const [id, setId] = useParam("id");
  const [chosen, setChosen] = useParam("state");
  const state = STATES.find(([name]) => name === chosen)?.[0] ?? null;
  const filter = (
    <Select
      aria-label={words.filter}
      className="w-36"
      value={state ?? ""}
      onChange={(event) => setChosen(event.target.value, "replace")}
    >
      <option value="">{words.all}</option>
      {STATES.map(([name, word]) => (
        <option key={name} value={name}>
          {word}
        </option>
      ))}
    </Select>
  );
  return (
    <Page title={words.title} actions={filter} fill>
      <div className="min-w-0 flex-1 overflow-y-auto">
        <RunList state={state} openId={id} onOpen={setId} />
      </div>
      {id && <RunPanel key={id} id={id} onClose={() => setId(null)} onOpen={setId} />}
    </Page>
  );
}
