import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Markdown } from "@/ui/markdown";
import type { Citation } from "../types";
import { citationMarks } from "./answer-text";

const citation: Citation = {
  n: 1,
  document_id: "do_1",
  text_hash: "abc",
  title: "Guide <b>",
  headings: [],
  url: null,
  page: 4,
  start: 0,
  end: 5,
  quote: "words",
  chunk_ids: [1],
  is_selection: false,
};

it("makes a button of each number that is cited, and leaves the others as text", async () => {
  const onOpen = vi.fn();
  const text = "Run **it [1]**, not `a[1]` nor that [2] [1].";
  render(<Markdown text={text} marks={citationMarks([citation], onOpen)} canLink={false} />);
  const buttons = screen.getAllByRole("button", { name: "Citation 1: Guide <b>" });
  expect(buttons).toHaveLength(2);
  expect(screen.getByText(/nor that/).textContent).toContain("[2]");
  expect(screen.getByText("a[1]").tagName).toBe("CODE");
  await userEvent.click(buttons[1] as HTMLElement);
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(citation);
});
