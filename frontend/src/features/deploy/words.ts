/** What the pages of audits say. */
import type { Platform, Severity, Verdict } from "./types";

export const words = {
  title: "Deploy",
  loading: "Loading audits",
  loadFailed: "The audits cannot be shown",
  more: "Show more",
  empty: {
    title: "Know before you deploy",
    text: "Upload any code base of FastAPI, Flask or Gradio with Next.js, Vite or Docusaurus as a ZIP. It is read, never run, and held against what Hugging Face Spaces, Render and Vercel really do.",
  },
  upload: "Audit a ZIP",
  uploading: "Uploading",
  others: "More to audit",
  folder: "A folder of this server",
  folderHelp: "The whole path. Nothing in it is run or changed.",
  path: "Folder",
  own: (platform: string) => `This yard for ${platform}`,
  begin: "Audit",
  cancel: "Cancel",
  columns: {
    name: "Project",
    verdicts: "Verdict",
    findings: "Findings",
    changes: "Since the last",
    files: "Files",
    at: "Audited",
  },
  first: "first audit",
  noChange: "nothing changed",
  new: (n: number) => `${n} new`,
  gone: (n: number) => `${n} gone`,
  remove: "Delete the audit",
  removed: "The audit is deleted.",
  removeText: "Its report and the ZIP that was uploaded go with it. Other audits of the project stay.",
  again: "Audit again",
  actions: "More actions",
  export: "Export",
  running: "Auditing",
  failed: "The audit did not finish",
  reportFailed: "The report cannot be shown",
  openRun: "Look at the run",
};

export const platformNames: Record<Platform, string> = {
  hf: "Hugging Face Spaces",
  vercel: "Vercel",
  render: "Render",
};

export const verdictWords: Record<Verdict, string> = {
  ready: "Ready",
  changes: "Ready with changes",
  blocked: "Not on the free tier",
};

export const severityWords: Record<Severity, string> = {
  critical: "Critical",
  error: "Error",
  warning: "Warning",
  info: "Note",
};

export const report = {
  findings: "Findings",
  noFindings: "Nothing was found.",
  noMatch: "No finding fits these filters.",
  showAll: "Show all",
  filter: {
    platform: "Platform",
    severity: "Severity",
    search: "Rule, file or words",
    allSeverities: "All severities",
    allPlatforms: "All platforms",
  },
  fix: "How to fix",
  diff: "The change",
  byPerson: "What only you can do",
  chain: "How it is reached",
  evidence: "Where else it shows",
  about: "About this rule",
  fact: "Rests on",
  blocks: "No change to the code makes this work on the free tier.",
  isNew: "new",
  goneTitle: "Gone since the last audit",
  passes: "Looked at and right",
  skipped: "Not looked at",
  environment: "Names to set",
  environmentColumns: {
    name: "Name",
    kind: "Kind",
    platform: "Platform",
    required: "Required",
    example: "Example",
    found: "Read at",
  },
  kinds: { secret: "secret", variable: "variable", build: "at build time" },
  yes: "yes",
  no: "no",
  nothingDeployed: "Nothing here would live there.",
};
