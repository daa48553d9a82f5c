import { describe, expect, it } from "vitest";
import { commonFolder, fromChooser, parcels } from "./files";

const picked = (...paths: string[]) => paths.map((path) => ({ path, file: new File(["# x"], "x.md") }));

describe("what is sent", () => {
  it("is each file for itself while they are few and loose", async () => {
    expect((await parcels(picked("a.md", "b.pdf"))).map(({ name }) => name)).toEqual(["a.md", "b.pdf"]);
  });

  it("is one ZIP of a folder, named like it", async () => {
    const [parcel, ...more] = await parcels(picked("book/a.md", "book/part/b.md"));
    expect(more).toEqual([]);
    expect(parcel?.name).toBe("book.zip");
    const text = new TextDecoder("latin1").decode(await parcel?.content.arrayBuffer());
    expect(text).toContain("part/b.md");
    expect(text).not.toContain("book/");
  });

  it("is one ZIP of many loose files", async () => {
    const many = picked(...Array.from({ length: 9 }, (_, i) => `${i}.md`));
    expect((await parcels(many)).map(({ name }) => name)).toEqual(["9 files.zip"]);
  });

  it("has no files of tools", () => {
    const file = (path: string) => Object.defineProperty(new File([""], "x"), "webkitRelativePath", { value: path });
    const chosen = ["docs/.git/HEAD", "docs/a.md", "docs/node_modules/b/readme.md"].map(file);
    expect(fromChooser(chosen as unknown as FileList).map(({ path }) => path)).toEqual(["docs/a.md"]);
  });
});

it("finds the folder that all are in, if there is one", () => {
  expect(commonFolder([{ path: "a/b" }, { path: "a/c/d" }])).toBe("a");
  expect(commonFolder([{ path: "a/b" }, { path: "c/d" }])).toBeNull();
  expect(commonFolder([{ path: "a" }, { path: "a/b" }])).toBeNull();
  expect(commonFolder([])).toBeNull();
});
