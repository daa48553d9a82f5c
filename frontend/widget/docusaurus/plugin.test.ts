import { expect, test } from "vitest";
import plugin, { validateOptions } from "./plugin";

const GIVEN = { server: "https://yard.example.org", browserKey: "mb_1", position: "start" } as const;

test.each([
  [{}, /`server` is missing/],
  [{ server: "https://yard.example.org" }, /`browserKey` is missing/],
  [{ ...GIVEN, server: "yard.example.org" }, /is the address of your yard/],
])("a site with %j is not built, and its builder is told why", (options, why) => {
  expect(() => validateOptions({ options })).toThrow(why);
});

test("the site's options reach its pages, without what Docusaurus adds", () => {
  let kept: unknown;
  const options = { ...validateOptions({ options: GIVEN }), ...GIVEN };
  const made = plugin({}, options);
  made.contentLoaded({ actions: { setGlobalData: (data) => (kept = data) } });
  expect(kept).toEqual(GIVEN);
  expect(made.getClientModules()).toEqual(["./docusaurus-client.js"]);
});
