/** `<ModelyardChat>` for React; on a server it renders an empty element, which the browser fills. */
import { createElement, type ReactElement, useEffect } from "react";

export type ModelyardChatProps = {
  /** The yard's address, such as `https://yard.example.org`. */
  server: string;
  /** The browser key, `mb_…`; or else `endpoint`, of a page that the yard itself serves. */
  browserKey?: string;
  endpoint?: string;
  /** What stands above the conversation; else what the endpoint is called. */
  name?: string;
  mode?: "floating" | "inline";
  position?: "start" | "end";
  theme?: "auto" | "light" | "dark";
  language?: string;
  /** Opens it together with Ctrl or ⌘; "" for none. */
  hotkey?: string;
  askSelection?: boolean;
  pageScope?: boolean;
  /** Selector of the part of the page whose text can be asked about. */
  content?: string;
  /** Words of your own, by their name in `words.ts`. */
  words?: Record<string, string>;
};

const onOff = (isOn: boolean | undefined) => (isOn === false ? "off" : undefined);

export function ModelyardChat(props: ModelyardChatProps): ReactElement {
  const { browserKey, askSelection, pageScope, words, ...rest } = props;
  useEffect(() => {
    void import("../src/element").then(({ defineChat }) => defineChat());
  }, []);
  return createElement("modelyard-chat", {
    ...rest,
    "browser-key": browserKey,
    "ask-selection": onOff(askSelection),
    "page-scope": onOff(pageScope),
    words: words && JSON.stringify(words),
  });
}
