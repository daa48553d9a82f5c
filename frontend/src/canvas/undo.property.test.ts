import fc from "fast-check";
import { expect, it } from "vitest";
import { ALIGNMENTS } from "./align";
import { cardOf, graph } from "./fixtures";
import { fromText, toText } from "./fragment";
import { itemIds, nodeIds } from "./graph";
import { type CanvasState, type CanvasStore, createCanvasStore, graphOf } from "./store";
import type { GraphDocument } from "./types";

/** Everything an editor can do; the numbers choose among what there is at that moment. */
type Command = (state: CanvasState, ids: string[]) => void;

const PORTS = { from_port: "table", to_port: "table" };
const KINDS = ["dataset", "split", "scale", "train", "evaluate"];
const at = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(items.length, 1)];
const several = (ids: readonly string[], chosen: readonly number[]) => chosen.flatMap((n) => at(ids, n) ?? []);
const place = fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) });
const some = fc.array(fc.nat(50), { minLength: 1, maxLength: 5 });
const one = fc.nat(50);

const selecting = (chosen: readonly number[], command: (state: CanvasState) => void): Command => {
  return (state, ids) => {
    state.select(several(ids, chosen));
    command(state);
  };
};
const connecting = (n: number, m: number): Command => {
  return (state) => {
    const nodes = [...nodeIds(graphOf(state))];
    const [from, to] = [at(nodes, n), at(nodes, m)];
    if (from && to) state.connect({ ...PORTS, from_node: from, to_node: to });
  };
};

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(fc.constantFrom(...KINDS), place).map(
    ([kind, to]) =>
      (s) =>
        s.add(cardOf(kind), to),
  ),
  fc.tuple(fc.constantFrom(...KINDS), place, one).map(([kind, to, n]) => (s) => {
    const from = at(graphOf(s).nodes, n)?.id;
    if (from) s.add(cardOf(kind), to, (id) => ({ ...PORTS, from_node: from, to_node: id }));
  }),
  fc.tuple(one, one).map(([n, m]) => connecting(n, m)),
  fc.tuple(one, fc.jsonValue()).map(
    ([n, value]) =>
      (s, ids) =>
        s.setParameters(at(ids, n) ?? "", { value }),
  ),
  fc.tuple(one, fc.string()).map(
    ([n, title]) =>
      (s, ids) =>
        s.setTitle(at(ids, n) ?? "", title || null),
  ),
  fc.tuple(one, place).map(
    ([n, to]) =>
      (s, ids) =>
        s.move(new Map([[at(ids, n) ?? "", to]])),
  ),
  fc.tuple(one, place).map(([n, to]) => (s, ids) => {
    s.move(new Map([[at(ids, n) ?? "", to]]));
    s.drop([at(ids, n) ?? ""]);
  }),
  fc.tuple(some, fc.integer({ min: -4, max: 4 })).map(([chosen, n]) => selecting(chosen, (s) => s.nudge(n, 1))),
  some.map((chosen) => selecting(chosen, (s) => s.removeSelected())),
  some.map((chosen) => selecting(chosen, (s) => s.duplicate())),
  fc.tuple(some, place).map(([chosen, to]) =>
    selecting(chosen, (s) => {
      const copied = s.copied();
      const read = copied && fromText(toText(copied));
      if (read) s.paste(read, to);
    }),
  ),
  some.map((chosen) => selecting(chosen, (s) => s.cut())),
  fc.tuple(some, fc.constantFrom(...ALIGNMENTS)).map(([chosen, how]) => selecting(chosen, (s) => s.align(how))),
  some.map((chosen) => selecting(chosen, (s) => s.arrange())),
  fc.constant<Command>((s) => {
    s.selectAll();
    s.arrange();
  }),
  place.map((to) => (s) => s.addNote(to)),
  fc.tuple(one, fc.string({ maxLength: 20 })).map(([n, text]) => (s) => {
    s.changeNote(at(graphOf(s).notes, n)?.id ?? "", { text });
  }),
  fc.tuple(one, fc.integer({ min: 96, max: 900 })).map(([n, width]) => (s) => {
    s.changeNote(at(graphOf(s).notes, n)?.id ?? "", { width, position: { x: width, y: 0 } });
  }),
  fc.tuple(some, fc.string()).map(([chosen, title]) => selecting(chosen, (s) => s.group(title))),
  some.map((chosen) => selecting(chosen, (s) => s.ungroup())),
  fc.tuple(one, fc.string()).map(([n, title]) => (s) => {
    s.setGroupTitle(at(graphOf(s).groups, n)?.id ?? "", title);
  }),
  fc.tuple(one, fc.boolean()).map(([n, folded]) => (s) => {
    s.setCollapsed(at(graphOf(s).groups, n)?.id ?? "", folded);
  }),
  fc.constant<Command>((s) => s.replace(graph)),
  fc.constant<Command>((s) => s.endStep()),
  fc.constant<Command>((s) => s.undo()),
  fc.constant<Command>((s) => s.redo()),
];

const steps = fc.array(fc.record({ command: fc.oneof(...commands), pause: fc.constantFrom(0, 100, 5000) }), {
  maxLength: 40,
});

function begin() {
  let clock = 0;
  const store = createCanvasStore(graph, () => clock);
  const take = (command: Command, pause: number) => {
    clock += pause;
    command(store.getState(), [...itemIds(graphOf(store.getState()))]);
  };
  return { store, take };
}

const now = (store: CanvasStore) => graphOf(store.getState());

/** What must hold of a document whatever was done to it. */
function requireSound(document: GraphDocument) {
  const all = [...document.nodes, ...document.notes, ...document.groups].map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
  const nodes = nodeIds(document);
  for (const c of document.connections) expect([nodes.has(c.from_node), nodes.has(c.to_node)]).toEqual([true, true]);
  const inputs = document.connections.map((c) => `${c.to_node} ${c.to_port}`);
  expect(new Set(inputs).size).toBe(inputs.length);
  const members = document.groups.flatMap((group) => group.members);
  expect(new Set(members).size).toBe(members.length);
  const known = new Set([...document.nodes, ...document.notes].map(({ id }) => id));
  for (const id of members) expect(known.has(id)).toBe(true);
  for (const group of document.groups) expect(group.members.length).toBeGreaterThan(0);
  for (const { position } of [...document.nodes, ...document.notes]) {
    expect(Number.isFinite(position.x) && Number.isFinite(position.y)).toBe(true);
  }
}

it("undoing any sequence of edits leads back to the same document, and redoing it forward again", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const { store, take } = begin();
      const written = new Map([[graph, JSON.stringify(graph)]]);
      for (const { command, pause } of sequence) {
        take(command, pause);
        requireSound(now(store));
        written.set(now(store), JSON.stringify(now(store)));
      }
      const asWritten = () => expect(JSON.stringify(now(store))).toBe(written.get(now(store)));
      const { past, present, future } = store.getState().history;
      const way = [...past, present, ...future];
      for (let n = past.length - 1; n >= 0; n -= 1) {
        store.getState().undo();
        expect(now(store)).toBe(way[n]);
        asWritten();
      }
      expect(now(store)).toBe(graph);
      for (let n = 1; n < way.length; n += 1) {
        store.getState().redo();
        expect(now(store)).toBe(way[n]);
        asWritten();
      }
    }),
    { numRuns: 300 },
  );
});

it("edits with pauses between them are one step each, and typing without a pause is one step in all", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 }), fc.boolean(), (texts, slow) => {
      const { store, take } = begin();
      const typed = texts.map((text, n) => `${n} ${text}`);
      for (const text of typed) take((s) => s.setTitle("d", text), slow ? 5000 : 100);
      expect(store.getState().history.past.length).toBe(slow ? typed.length : 1);
      expect(now(store).nodes[0]?.title).toBe(typed.at(-1));
    }),
  );
});

it("selecting is no step", () => {
  fc.assert(
    fc.property(steps, some, (sequence, chosen) => {
      const { store, take } = begin();
      for (const { command, pause } of sequence) take(command, pause);
      const { past, present, future } = store.getState().history;
      store.getState().select(several([...itemIds(present)], chosen));
      store.getState().selectAll();
      store.getState().select([]);
      expect(store.getState().history).toMatchObject({ past, present, future });
    }),
    { numRuns: 50 },
  );
});
