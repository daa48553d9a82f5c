/** The dialogs of the canvas: add a node, connect by keyboard, align, all keys. */
import { Dialog } from "radix-ui";
import { useMemo } from "react";
import { ALIGNMENTS, type Alignment, needed } from "./align";
import { CardIcon } from "./icons";
import { ListDialog } from "./list-dialog";
import { type Cards, choices, type PortRef, portOf, titleOf } from "./ports";
import type { Card, ConnectionDocument, GraphDocument } from "./types";
import { words } from "./words";

const GROUPS = Object.keys(words.group);

/** Cards in the order of the groups; kinds of a group we do not know come last. */
export function inGroups(cards: Cards): Card[] {
  const place = (card: Card) => (GROUPS.includes(card.group) ? GROUPS.indexOf(card.group) : GROUPS.length);
  return [...cards.values()].sort((a, b) => place(a) - place(b));
}

/** The port of a new node of this kind that a connection from `start` would use. */
export function fittingPort(card: Card, shape: string, start: PortRef): string | null {
  const ports = start.side === "output" ? card.inputs : card.outputs;
  return ports.find((port) => port.shape === shape)?.name ?? null;
}

type NodeSearchProps = {
  cards: Cards;
  graph: GraphDocument;
  /** When a connection was dropped on empty space: only what it can be connected to is offered. */
  start: PortRef | null;
  onPick: (card: Card) => void;
  onClose: () => void;
};

export function NodeSearch({ cards, graph, start, onPick, onClose }: NodeSearchProps) {
  const shape = start && portOf(graph, cards, start)?.shape;
  const items = inGroups(cards)
    .filter((card) => !start || !shape || fittingPort(card, shape, start) !== null)
    .map((card) => ({
      id: card.kind,
      label: card.title,
      hint: card.available ? card.summary : (card.unavailable_reason ?? ""),
      group: words.group[card.group] ?? card.group,
      icon: <CardIcon name={card.icon} />,
      disabled: !card.available,
    }));
  return (
    <ListDialog
      title={words.palette.dialog}
      placeholder={words.palette.search}
      empty={words.palette.none}
      items={items}
      onClose={onClose}
      onPick={(kind) => {
        const card = cards.get(kind);
        if (card) onPick(card);
      }}
    />
  );
}

type ConnectDialogProps = {
  cards: Cards;
  graph: GraphDocument;
  node: string;
  onPick: (connection: ConnectionDocument) => void;
  onClose: () => void;
};

export function ConnectDialog({ cards, graph, node, onPick, onClose }: ConnectDialogProps) {
  const offered = useMemo(() => choices(graph, cards, node), [graph, cards, node]);
  const document = graph.nodes.find((n) => n.id === node);
  const items = offered.map((choice, index) => ({
    id: String(index),
    label: choice.label,
    hint: choice.reason,
    group: choice.allowed ? words.connect[choice.direction] : words.connect.refused,
    disabled: !choice.allowed,
  }));
  return (
    <ListDialog
      title={words.connect.title(document ? titleOf(document, cards) : "")}
      placeholder={words.connect.search}
      empty={() => words.connect.none}
      items={items}
      onClose={onClose}
      onPick={(index) => {
        const choice = offered[Number(index)];
        if (choice) onPick(choice.connection);
      }}
    />
  );
}

type AlignDialogProps = { n: number; onPick: (how: Alignment) => void; onClose: () => void };

export function AlignDialog({ n, onPick, onClose }: AlignDialogProps) {
  const items = ALIGNMENTS.filter((how) => n >= needed(how)).map((how) => ({
    id: how,
    label: words.align.how[how],
    hint: "",
    group: how === "across" || how === "down" ? words.align.group.space : words.align.group.line,
  }));
  return (
    <ListDialog
      title={words.align.title}
      placeholder={words.align.search}
      empty={() => words.align.none}
      items={items}
      onClose={onClose}
      onPick={(how) => onPick(how as Alignment)}
    />
  );
}

export function KeySheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="canvas-overlay" />
        <Dialog.Content className="canvas-dialog canvas-keys" aria-describedby={undefined}>
          <Dialog.Title className="canvas-dialog-title">{words.keys.title}</Dialog.Title>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
          <div className="canvas-keys-columns" tabIndex={0}>
            {words.keys.sections.map(({ title, rows }) => (
              <section key={title} aria-label={title}>
                <h3>{title}</h3>
                <dl>
                  {rows.map(([key, meaning]) => (
                    <div key={key}>
                      <dt>
                        <kbd>{key}</kbd>
                      </dt>
                      <dd>{meaning}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
