/** What pages say about Inspect: its logs come in and go out. */
export const words = {
  take: "Import from Inspect",
  taking: "Sending the log",
  help: "A log of Inspect (.eval), or a .zip of logs of one task. No LLM is asked: its answers and scores are read.",
  choose: "Logs of Inspect to import",
  notHere: (reason: string) => `Inspect is ${reason}`,
  recorded: "from Inspect",
  recordedHelp:
    "These answers were read from a log of Inspect. They are compared like others; nothing can be asked or promoted.",
  cancelText: "Inspect ends, and nothing is kept of what was asked or read so far. Its files stay where they are.",
  live: "Inspect is at work, or its log is read. You may leave this page.",
  ended: (done: string, failed: string | null) =>
    `Read from Inspect: ${done}${failed ? `, of which ${failed} failed there` : ""}.`,
  log: "Log for Inspect (.eval)",
  logs: "Logs for Inspect (.zip of .eval)",
  /** Short enough for a menu on a phone. */
  logNotHere: (reason: string) => `Log for Inspect: ${reason.replace("not installed: ", "")}`,
} as const;
