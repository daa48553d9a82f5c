import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const SRC = import.meta.dirname;
const MAX_ROUTE_LINES = 30;

/** app → features → (canvas, forms) → (ui, api, lib): an import may only go to a lower number. */
const FLOORS: Record<string, number> = { app: 3, features: 2, canvas: 1, forms: 1, ui: 0, api: 0, lib: 0 };
/** On the lowest floor: lib is below ui and api, and ui may show what the API's types describe. */
const BELOW: Record<string, string[]> = { ui: ["lib", "api/types"], api: ["lib"], lib: [] };

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts") && name !== "imports.test.ts",
);

const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), "utf8");
  return [...text.matchAll(IMPORT)].flatMap(([, to = ""]) => {
    if (to.startsWith("@/")) return [to.slice(2)];
    if (to.startsWith(".")) return [path.join(path.dirname(file), to)];
    return [];
  });
}

const placeOf = (file: string) => file.split(path.sep)[0] ?? "";
const roomOf = (file: string) => file.split(path.sep).slice(0, 2).join("/");

function isAllowed(file: string, to: string): boolean {
  const [from, target] = [placeOf(file), placeOf(to)];
  if (from === "features" && target === "features") return roomOf(file) === roomOf(to);
  if (from === target) return true;
  const [high = -1, deep = 99] = [FLOORS[from], FLOORS[target]];
  return deep < high || (BELOW[from] ?? []).some((low) => to === low || to.startsWith(`${low}/`));
}

test("imports go down: app, features, canvas and forms, then ui, api, lib; features stay apart", () => {
  expect(files.length).toBeGreaterThan(50);
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => !isAllowed(file, to))
      .map((to) => `${file} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

test("a route only picks a view", () => {
  const routes = files.filter((file) => placeOf(file) === "app" && file.endsWith("page.tsx"));
  const long = routes.filter((file) => readFileSync(path.join(SRC, file), "utf8").split("\n").length > MAX_ROUTE_LINES);
  expect(long).toEqual([]);
});
