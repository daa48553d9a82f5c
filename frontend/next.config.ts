import path from "node:path";
import type { NextConfig } from "next";

if (process.env.VERCEL && !process.env.NEXT_PUBLIC_API_URL) {
  throw new Error(
    "NEXT_PUBLIC_API_URL is not set: the pages would not find their API. Set it to the address of the API, " +
      "such as https://you-yard.hf.space, or to / when vercel.json passes /api on to it.",
  );
}

const config: NextConfig = {
  output: "export",
  trailingSlash: true,
  images: { unoptimized: true },
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true }, // audit: ignore[FE009] `npm run check` looks at types
  poweredByHeader: false,
  turbopack: { root: path.resolve(import.meta.dirname) },
};

export default config;
