import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { AnswerText, spansOf } from "./answer-text";
import { voteText } from "./how-it-came";
import type { Span, WholeAnswer } from "./queries";

const spans: Span[] = [
  { kind: "same", text: "The answer is " },
  { kind: "only_first", text: "42" },
  { kind: "only_second", text: "43" },
  { kind: "same", text: "." },
];
const answer = { text: "The answer is 42.", parsed: "42", is_cut: false, is_shortened: false } as WholeAnswer;

test("each side reads whole, and what it alone says is marked", () => {
  const { container } = render(<AnswerText answer={answer} spans={spans} side="first" />);
  expect(container.querySelector("bdi")?.textContent).toBe("The answer is 42.");
  expect([...container.querySelectorAll("del")].map((mark) => mark.textContent)).toEqual(["42"]);
  expect(
    spansOf(spans, "second")
      .map(({ text }) => text)
      .join(""),
  ).toBe("The answer is 43.");
});

test("an answer that says nothing, or nothing that was read, says so", () => {
  render(<AnswerText answer={{ ...answer, text: "", parsed: "" }} spans={null} side="first" />);
  expect(screen.getByText("It said nothing.")).toBeDefined();
  expect(screen.getByText("No answer was found in it.")).toBeDefined();
});

test("votes are counted, the most frequent first", () => {
  expect(voteText(["b", "a", "b", ""])).toBe("2 × b\n1 × a\n1 × –");
});
