import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { snippetsOf } from "./snippets";

const HARD = { origin: "https://yard.example", endpointId: "en_1", name: "Bob's guide", question: `It's "why"?` };
const code = (way: string) => snippetsOf(HARD).find((each) => each.way === way)?.code ?? "";

it("gives the shell the question as it was asked, quotes and all", () => {
  const shown = execFileSync("sh", ["-c", code("curl").replace(/^curl/, "printf '%s\\n'")], { encoding: "utf8" });
  expect(JSON.parse(shown.trim().split("\n").at(-1) ?? "")).toEqual({ inputs: [{ question: HARD.question }] });
  const asked = execFileSync("sh", ["-c", code("terminal").replace(/^modelyard/, "printf '%s\\n'")], {
    encoding: "utf8",
  });
  expect(asked.split("\n").slice(0, 3)).toEqual(["ask", HARD.name, HARD.question]);
});

it("is Python that compiles", () => {
  for (const way of ["python", "openai"]) {
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.argv[1])", code(way)]);
  }
});
