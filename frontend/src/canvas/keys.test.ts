import { describe, expect, it } from "vitest";
import { actionOf } from "./keys";

const press = (key: string, modifiers: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });

describe("keys of the canvas", () => {
  it.each([
    ["/", {}, "search"],
    ["?", { shiftKey: true }, "keys"],
    ["c", {}, "connect"],
    ["C", { shiftKey: true }, "connect"],
    ["c", { ctrlKey: true }, null],
    ["g", { ctrlKey: true }, "group"],
    ["G", { metaKey: true, shiftKey: true }, "ungroup"],
    ["R", { shiftKey: true }, "runFrom"],
    ["[", {}, "previous"],
    ["+", { shiftKey: true }, "zoomIn"],
    ["z", { metaKey: true }, "undo"],
    ["Z", { ctrlKey: true, shiftKey: true }, "redo"],
    ["Enter", { ctrlKey: true }, "run"],
    ["r", {}, "runHere"],
    ["r", { ctrlKey: true }, null],
    ["Enter", {}, "open"],
    ["a", { altKey: true }, null],
  ])("%s with %o", (key, modifiers, action) => {
    expect(press(key, modifiers)).toBe(action);
  });

  it("moves four steps with shift", () => {
    expect(press("ArrowLeft")).toEqual({ nudge: [-1, 0] });
    expect(press("ArrowDown", { shiftKey: true })).toEqual({ nudge: [0, 4] });
  });
});
