import { describe, expect, it } from "vitest";
import { curlSnippet, pythonSnippet } from "./snippets";

const row = { name: 'O\'Hara "Scarlett"', age: 28, member: true, city: null };

describe("snippets", () => {
  it("survive quotes in the shell", () => {
    expect(curlSnippet("http://127.0.0.1/x", row)).toContain(
      `-d '{"inputs":[{"name":"O'\\''Hara \\"Scarlett\\"","age":28,"member":true,"city":null}]}'`,
    );
  });

  it("name the version that is tried, and none otherwise", () => {
    expect(curlSnippet("http://127.0.0.1/x", { age: 1 }, 3)).toContain(`-d '{"inputs":[{"age":1}],"version":3}'`);
    expect(pythonSnippet("http://127.0.0.1/x", { age: 1 }, 3)).toContain('json={"inputs": [row], "version": 3},');
    expect(pythonSnippet("http://127.0.0.1/x", { age: 1 })).toContain('json={"inputs": [row]},');
  });

  it("are Python, not JSON", () => {
    const code = pythonSnippet("http://127.0.0.1/x", row);
    expect(code).toContain(`"name": "O'Hara \\"Scarlett\\"",`);
    expect(code).toContain('"member": True,');
    expect(code).toContain('"city": None,');
  });
});
