import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "@widget": path.resolve(import.meta.dirname, "widget/src"),
      "@": path.resolve(import.meta.dirname, "src"),
    },
  },
  oxc: { jsx: { runtime: "automatic" } },
  test: {
    // A page (jsdom) takes half a second to make: tests of code have none, and share a process.
    projects: [
      {
        extends: true,
        test: { name: "code", environment: "node", isolate: false, include: ["{src,widget}/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "elements",
          environment: "jsdom",
          setupFiles: ["./vitest.setup.ts"],
          include: ["{src,widget}/**/*.test.tsx"],
        },
      },
    ],
  },
});
