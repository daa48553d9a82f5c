"use client";
/** Everything that is wrong with the workflow; a click goes to the node. */
import { cx } from "class-variance-authority";
import { CircleX, TriangleAlert } from "lucide-react";
import type { Problem } from "@/api/types";
import { type Cards, titleOf } from "@/canvas/ports";
import type { Editor } from "./use-editor";
import { words } from "./words";

export function ProblemList({ editor, cards }: { editor: Editor; cards: Cards }) {
  if (editor.problems.length === 0) return <p className="text-muted">{words.drawer.noProblems}</p>;
  const title = (problem: Problem) => {
    const node = editor.graph.nodes.find((n) => n.id === problem.node);
    return node ? titleOf(node, cards) : null;
  };
  return (
    <ul className="grid gap-1">
      {editor.problems.map((problem) => {
        const Icon = problem.severity === "error" ? CircleX : TriangleAlert;
        const text = (
          <>
            <Icon
              aria-label={problem.severity}
              className={cx("mt-0.5 size-4 shrink-0", problem.severity === "error" ? "text-bad" : "text-warn")}
            />
            {title(problem) && <span className="shrink-0 font-medium">{title(problem)}</span>}
            <span className="text-left">{problem.message}</span>
          </>
        );
        const key = `${problem.node} ${problem.field} ${problem.message}`;
        return (
          <li key={key} className="text-sm">
            {problem.node ? (
              <button
                type="button"
                className="flex w-full items-start gap-2 rounded-sm px-1 py-0.5 hover:bg-hover"
                onClick={() => problem.node && editor.store.getState().select([problem.node])}
              >
                {text}
              </button>
            ) : (
              <p className="flex items-start gap-2 px-1 py-0.5">{text}</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
