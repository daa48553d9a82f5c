// A small site with the widget, built once; the test puts its own addresses in the place of these when it serves it.
export default {
  title: "Kestrel handbook",
  url: "https://handbook.example.org",
  baseUrl: "/",
  onBrokenLinks: "throw",
  plugins: [
    ["@docusaurus/plugin-content-docs", { routeBasePath: "/", sidebarPath: "./sidebars.mjs" }],
    ["@modelyard/widget/docusaurus", { server: "https://yard.example.invalid", browserKey: "mb_of_the_test" }],
  ],
  themes: ["@docusaurus/theme-classic"],
  themeConfig: { navbar: { title: "Kestrel handbook" } },
};
