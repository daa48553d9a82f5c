import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ConnectDialog, NodeSearch } from "./dialogs";
import { cards, graph } from "./fixtures";

describe("adding a node", () => {
  it("finds by name, walks with arrows and takes with Enter", () => {
    const onPick = vi.fn();
    render(<NodeSearch cards={cards} graph={graph} start={null} onPick={onPick} onClose={() => {}} />);
    const field = screen.getByRole("combobox");
    expect(screen.getAllByRole("option")).toHaveLength(5);
    fireEvent.change(field, { target: { value: "s" } });
    fireEvent.keyDown(field, { key: "ArrowDown" });
    const chosen = screen.getByRole("option", { selected: true });
    expect(field.getAttribute("aria-activedescendant")).toBe(chosen.id);
    fireEvent.keyDown(field, { key: "Enter" });
    expect(onPick).toHaveBeenCalledOnce();
  });

  it("offers only what a dropped connection can end in", () => {
    const start = { node: "t", port: "model", side: "output" as const };
    render(<NodeSearch cards={cards} graph={graph} start={start} onPick={() => {}} onClose={() => {}} />);
    expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["Evaluate"]);
  });
});

describe("connecting by keyboard", () => {
  it("lists what can be connected, and why the others cannot", () => {
    const onPick = vi.fn();
    render(<ConnectDialog cards={cards} graph={graph} node="s" onPick={onPick} onClose={() => {}} />);
    const refused = screen.getByRole("option", { name: /Evaluate/ });
    expect(refused.getAttribute("aria-disabled")).toBe("true");
    expect(refused.textContent).toContain("Evaluate takes a model; Split gives rows.");
    fireEvent.click(refused);
    expect(onPick).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("option", { name: /^Train ?Takes|^Train ?Replaces/ }));
    expect(onPick).toHaveBeenCalledWith({ from_node: "s", from_port: "table", to_node: "t", to_port: "table" });
  });
});
