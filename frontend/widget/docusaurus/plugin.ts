/** A Docusaurus plugin that puts the chat on every page, outside of React, so that it stays while pages change. */
import type { ModelyardChatProps } from "../react/index";

export type Options = Omit<ModelyardChatProps, "mode" | "endpoint" | "browserKey"> & { browserKey: string };

const NAME = "modelyard-chat";

export default function plugin(_: unknown, options: Options & { id?: string }) {
  return {
    name: NAME,
    contentLoaded({ actions }: { actions: { setGlobalData: (data: unknown) => void } }) {
      const { id: _id, ...given } = options;
      actions.setGlobalData(given);
    },
    // Beside this file.
    getClientModules: () => ["./docusaurus-client.js"],
  };
}

export function validateOptions({ options }: { options: Partial<Options> }): Partial<Options> & { id: string } {
  for (const name of ["server", "browserKey"] as const)
    if (typeof options[name] !== "string" || options[name] === "")
      throw new Error(`${NAME}: the option \`${name}\` is missing. See the guide of the widget.`);
  if (!/^https?:\/\//.test(options.server ?? ""))
    throw new Error(`${NAME}: \`server\` is the address of your yard, such as https://yard.example.org.`);
  return { id: "default", ...options };
}
