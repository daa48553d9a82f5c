import { render, waitFor } from "@testing-library/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ModelyardChat } from "./index";

test("on a server it is an element with its settings, which the browser fills", () => {
  const made = renderToStaticMarkup(
    <ModelyardChat
      server="https://yard.example.org"
      browserKey="mb_1"
      hotkey=""
      askSelection={false}
      words={{ title: "Hi" }}
    />,
  );
  expect(made).toBe(
    '<modelyard-chat server="https://yard.example.org" hotkey="" browser-key="mb_1" ask-selection="off" ' +
      'words="{&quot;title&quot;:&quot;Hi&quot;}"></modelyard-chat>',
  );
});

test("in a browser it makes the element known", async () => {
  render(<ModelyardChat server="https://yard.example.org" />);
  await waitFor(() => expect(customElements.get("modelyard-chat")).toBeDefined());
});
