/** The call as code to take away. */
import type { Cell } from "@/api/types";

type Row = Readonly<Record<string, Cell>>;

/** `version` is asked by number; without it the served one answers. */
export function curlSnippet(url: string, row: Row, version: number | null = null): string {
  const body = JSON.stringify(version === null ? { inputs: [row] } : { inputs: [row], version }).replaceAll(
    "'",
    "'\\''",
  );
  return [
    `curl -X POST '${url}' \\`,
    "  -H 'Authorization: Bearer YOUR_KEY' \\",
    "  -H 'Content-Type: application/json' \\",
    `  -d '${body}'`,
  ].join("\n");
}

export function pythonSnippet(url: string, row: Row, version: number | null = null): string {
  const lines = Object.entries(row).map(([name, value]) => `    ${literal(name)}: ${literal(value)},`);
  return [
    "import httpx",
    "",
    "row = {",
    ...lines,
    "}",
    "response = httpx.post(",
    `    ${literal(url)},`,
    '    headers={"Authorization": "Bearer YOUR_KEY"},',
    `    json={"inputs": [row]${version === null ? "" : `, "version": ${version}`}},`,
    ")",
    "response.raise_for_status()",
    'print(response.json()["outputs"][0])',
  ].join("\n");
}

/** JSON is Python, but for its three words. */
function literal(value: Cell): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
