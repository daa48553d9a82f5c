/** Programs that ask a collection, ready to copy. */

export type Way = "curl" | "stream" | "python" | "javascript" | "openai" | "terminal";
export type Snippet = { way: Way; code: string };
type Asked = { origin: string; endpointId: string; name: string; question?: string };

const KEY = "YOUR_KEY";

export function snippetsOf({ origin, endpointId, name, question = "How do I begin?" }: Asked): Snippet[] {
  const base = `${origin}/api/v1/endpoints/${endpointId}`;
  const body = JSON.stringify({ inputs: [{ question }] });
  return [
    { way: "curl", code: curl(base, body, "") },
    { way: "stream", code: curl(base, body, " -N -H 'Accept: text/event-stream'") },
    { way: "python", code: python(base, question) },
    { way: "javascript", code: javascript(base, body) },
    { way: "openai", code: openai(base, question) },
    { way: "terminal", code: `modelyard ask ${quoted(name)} ${quoted(question)} --json` },
  ];
}

/** In single quotes, as a shell takes it. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const curl = (base: string, body: string, more: string) => `curl${more} ${base}/calls \\
  -H 'Authorization: Bearer ${KEY}' \\
  -H 'Content-Type: application/json' \\
  -d ${quoted(body)}`;

const python = (base: string, question: string) => `import json
import urllib.request

request = urllib.request.Request(
    "${base}/calls",
    json.dumps({"inputs": [{"question": ${JSON.stringify(question)}}]}).encode(),
    {"Authorization": "Bearer ${KEY}", "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answered:
    [answer] = json.load(answered)["outputs"]
print(answer["answer"])
for citation in answer["citations"]:
    print(f"[{citation['n']}] {citation['title']}: {citation['quote']}")`;

const javascript = (base: string, body: string) => `const response = await fetch("${base}/calls", {
  method: "POST",
  headers: {
    Authorization: "Bearer ${KEY}",
    "Content-Type": "application/json",
    Accept: "text/event-stream",
  },
  body: JSON.stringify(${body}),
});
let rest = "";
for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
  const events = (rest + piece).split("\\n\\n");
  rest = events.pop();
  for (const event of events) {
    const [, kind, data] = /^event: (.*)\\ndata: (.*)$/m.exec(event) ?? [];
    if (kind === "delta") console.log(JSON.parse(data).text);
    if (kind === "done") console.log(JSON.parse(data).citations);
  }
}`;

const openai = (base: string, question: string) => `from openai import OpenAI

client = OpenAI(base_url="${base}/v1", api_key="${KEY}")
answer = client.chat.completions.create(
    model="collection",
    messages=[{"role": "user", "content": ${JSON.stringify(question)}}],
)
print(answer.choices[0].message.content)`;

/** The line that brings the chat onto every page of a site. */
export const widgetLine = (origin: string, key: string) =>
  `<script async src="${origin}/widget.js" data-key="${key}"></script>`;
