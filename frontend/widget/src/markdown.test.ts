// @vitest-environment jsdom
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GrowingText } from "./markdown";

const button = (known: number[]) => (n: number) => {
  if (!known.includes(n)) return null;
  const made = document.createElement("button");
  made.textContent = String(n);
  return made;
};
function drawn(text: string, known: number[] = []) {
  const growing = new GrowingText();
  growing.draw(text, button(known), known.length);
  return growing.element;
}

const MADE = new Set(["P", "B", "I", "CODE", "PRE", "OL", "UL", "LI", "BLOCKQUOTE", "BUTTON"]);
for (const name of ["DIV", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"]) MADE.add(name);

describe("answers are drawn as Markdown, and nothing else", () => {
  test("lists, code, tables, emphasis", () => {
    const element = drawn("# Do\n\n1. **one**\n2. `two`\n\n```sh\nrm *x*\n```\n\n|a|b|\n|-|-|\n|1|2|");
    expect(element.querySelectorAll("ol > li").length).toBe(2);
    expect(element.querySelector("li b")?.textContent).toBe("one");
    expect(element.querySelector("pre code")?.textContent).toBe("rm *x*");
    expect([...element.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["1", "2"]);
  });

  test.each([
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![a](https://evil.example/p.png)",
    "[see](https://evil.example/?leak)",
  ])("%s becomes text", (text) => {
    const element = drawn(text);
    expect(element.querySelectorAll("a, img, script").length).toBe(0);
    expect(element.textContent).not.toContain("evil.example");
  });

  test("a citation is a button when it is known, else what was written", () => {
    const element = drawn("Yes [1], perhaps [2] and a[3](https://x.example).", [1]);
    expect([...element.querySelectorAll("button")].map((each) => each.textContent)).toEqual(["1"]);
    expect(element.textContent).toBe("Yes 1, perhaps [2] and a3.");
  });

  test("any text makes only known elements without attributes that run", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "[1]",
      "**",
      "`",
      "\n",
      "|",
      "- ",
      "](",
      "onload=",
      "x",
      "```",
      "> ",
      "1. ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const each of drawn(pieces.join(""), [1]).querySelectorAll("*")) {
          expect(MADE.has(each.tagName)).toBe(true);
          for (const { name } of Array.from(each.attributes)) expect(name).not.toMatch(/^on|href|src/);
        }
      }),
    );
  });

  test("however it grows, the end is the same, and finished blocks keep their elements", () => {
    const text = "First **bold** [1].\n\n- a\n- b\n\nLast `code` [2].";
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const growing = new GrowingText();
        for (const cut of cuts.sort((a, b) => a - b)) growing.draw(text.slice(0, cut), button([1, 2]), 2);
        growing.draw(text, button([1, 2]), 2);
        expect(growing.element.innerHTML).toBe(drawn(text, [1, 2]).innerHTML);
      }),
    );
    const growing = new GrowingText();
    growing.draw("One.\n\nTw", button([]), 0);
    const first = growing.element.firstChild;
    growing.draw("One.\n\nTwo.", button([]), 0);
    expect(growing.element.firstChild).toBe(first);
  });
});
