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
  test: { environment: "jsdom", setupFiles: ["./vitest.setup.ts"], include: ["{src,widget}/**/*.test.{ts,tsx}"] },
});
