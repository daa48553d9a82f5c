/** The list of kinds beside the canvas, in groups: click to add, or drag to a place. */
import { useState } from "react";
import { inGroups } from "./dialogs";
import { CardIcon } from "./icons";
import type { Cards } from "./ports";
import type { Card } from "./types";
import { words } from "./words";

export const DRAGGED_KIND = "application/x-modelyard-kind";

export function Palette({ cards, onAdd }: { cards: Cards; onAdd: (card: Card) => void }) {
  const [query, setQuery] = useState("");
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (card: Card) => `${card.title} ${card.summary} ${words.group[card.group] ?? card.group}`.toLowerCase();
  const shown = inGroups(cards).filter((card) => wanted.every((word) => text(card).includes(word)));
  const groups = [...new Set(shown.map((card) => card.group))];
  return (
    <aside className="canvas-palette" aria-label={words.palette.title}>
      <input
        className="canvas-palette-search"
        type="search"
        aria-label={words.palette.search}
        placeholder={words.palette.search}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {groups.length === 0 && <p className="canvas-palette-none">{words.palette.none(query)}</p>}
      {groups.map((group) => (
        <section key={group} aria-label={words.group[group] ?? group}>
          <h2>{words.group[group] ?? group}</h2>
          {shown
            .filter((card) => card.group === group)
            .map((card) => (
              <Item key={card.kind} card={card} onAdd={onAdd} />
            ))}
        </section>
      ))}
    </aside>
  );
}

function Item({ card, onAdd }: { card: Card; onAdd: (card: Card) => void }) {
  return (
    <button
      type="button"
      className="canvas-palette-item"
      data-group={card.group}
      disabled={!card.available}
      draggable={card.available}
      aria-label={words.palette.add(card.title)}
      title={card.available ? card.summary : (card.unavailable_reason ?? undefined)}
      onClick={() => onAdd(card)}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_KIND, card.kind);
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      <CardIcon name={card.icon} />
      <span>{card.title}</span>
    </button>
  );
}
