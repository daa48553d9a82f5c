/** How the widget looks. A site changes colours and type with `--modelyard-…` properties on the element. */

const LIGHT = `
  --page: #ffffff; --sunken: #f4f2ef; --hover: #f0eeea; --line: #e4e1dc; --control: #8b857c;
  --text: #1f1d1a; --muted: #5f5a53;
  --accent: var(--modelyard-accent, #4d43c6); --on-accent: var(--modelyard-on-accent, #ffffff);
  --accent-text: var(--modelyard-accent-text, #4d43c6); --accent-soft: var(--modelyard-accent-soft, #edebfb);
  --bad: #b92d28; --bad-soft: #fcebe9; --warn: #875300; --warn-soft: #fbf0db;
  --shadow: 0 8px 24px rgb(40 34 26 / 0.18);
  color-scheme: light;
`;
const DARK = `
  --page: #1e1c1a; --sunken: #131210; --hover: #292623; --line: #35322e; --control: #7d776e;
  --text: #edeae6; --muted: #aea8a0;
  --accent: var(--modelyard-accent-dark, #a8a2f7); --on-accent: var(--modelyard-on-accent-dark, #17142f);
  --accent-text: var(--modelyard-accent-text-dark, #a8a2f7); --accent-soft: var(--modelyard-accent-soft-dark, #2c2a47);
  --bad: #f28b82; --bad-soft: #421f1c; --warn: #e3ae48; --warn-soft: #38290f;
  --shadow: 0 8px 24px rgb(0 0 0 / 0.5);
  color-scheme: dark;
`;

export const STYLES = `
:host { display: contents; }
:host([hidden]) { display: none; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.root {
  ${LIGHT}
  --font: var(--modelyard-font, system-ui, sans-serif);
  font: 400 14px/1.5 var(--font); letter-spacing: normal; text-align: start; text-transform: none;
  color: var(--text); -webkit-text-size-adjust: 100%;
}
.root.dark { ${DARK} }
.root.is-inline { display: block; height: var(--modelyard-height, 36rem); }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); border-radius: 6px; background: var(--page); padding: 4px 10px; }
button:hover { background: var(--hover); }
button:disabled { cursor: default; opacity: 0.5; }
:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; }
h2, h3, p, ol, ul, blockquote { margin: 0; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher {
  position: fixed; z-index: 2147483000; inset-block-end: calc(20px + env(safe-area-inset-bottom, 0px));
  inset-inline-end: 20px; width: 52px; height: 52px; padding: 0; border: 0; border-radius: 50%;
  display: grid; place-items: center; background: var(--accent); color: var(--on-accent); box-shadow: var(--shadow);
}
.launcher:hover { background: var(--accent); filter: brightness(1.1); }
.launcher svg { width: 24px; height: 24px; }
.start .launcher { inset-inline: 20px auto; }

.panel {
  display: flex; flex-direction: column; background: var(--page); border: 1px solid var(--line); overflow: hidden;
}
.panel:not(.inline) {
  position: fixed; z-index: 2147483001; inset-block-end: calc(84px + env(safe-area-inset-bottom, 0px));
  inset-inline-end: 20px; width: min(420px, calc(100vw - 40px)); height: min(640px, calc(100dvh - 110px));
  border-radius: 10px; box-shadow: var(--shadow);
}
.start .panel:not(.inline) { inset-inline: 20px auto; }
.panel.inline { height: 100%; border-radius: 6px; }
header { display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 16px; border-block-end: 1px solid var(--line); }
[dir="rtl"] header { padding: 8px 16px 8px 8px; }
h2 { flex: 1; min-width: 0; font-size: 14px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
h3 { font-size: 12px; font-weight: 600; color: var(--muted); }
.icon { display: grid; place-items: center; width: 36px; height: 36px; padding: 0; border-color: transparent; background: none; color: var(--muted); }
.icon[aria-pressed="true"] { color: var(--accent-text); background: var(--accent-soft); }

.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 20px; }
.log:focus-visible { outline-offset: -3px; }
.hello { color: var(--muted); margin-block: auto; text-align: center; padding: 0 16px; }
.note { font-size: 12px; color: var(--muted); border-block: 1px solid var(--line); padding: 6px 0; text-align: center; }
.turn { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; overflow-wrap: anywhere; }
.question { justify-self: end; max-width: 90%; background: var(--accent-soft); border-radius: 10px; padding: 8px 12px; white-space: pre-wrap; }
.selection { border-inline-start: 3px solid var(--accent-text); padding-inline-start: 8px; margin-block-end: 4px; font-size: 13px; color: var(--muted); max-height: 6em; overflow: hidden; }
.label { font-size: 12px; color: var(--muted); }
.label:empty { display: none; }
.text { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
.text:empty { display: none; }
.text ol, .text ul { padding-inline-start: 22px; display: grid; gap: 4px; }
.text .heading { font-weight: 600; }
.text blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 10px; color: var(--muted); }
code, pre { font-family: var(--modelyard-mono, ui-monospace, monospace); font-size: 12.5px; }
code { background: var(--sunken); border-radius: 4px; padding: 1px 4px; }
pre { background: var(--sunken); border-radius: 6px; padding: 10px; margin: 0; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
pre code { padding: 0; background: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th, td { border: 1px solid var(--line); padding: 4px 8px; text-align: start; vertical-align: top; }
.mark {
  min-width: 20px; height: 20px; padding: 0 5px; margin-inline: 2px; border: 0; border-radius: 4px;
  font-size: 12px; font-weight: 600; line-height: 20px; vertical-align: 1px; background: var(--accent-soft); color: var(--accent-text);
}
.mark:hover { background: var(--accent); color: var(--on-accent); }
.below { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
.below:empty { display: none; }
.sources, .nearest { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; border-block-start: 1px solid var(--line); padding-block-start: 8px; }
.sources ol, .nearest ul { padding-inline-start: 22px; font-size: 13px; display: grid; gap: 6px; }
.sources li { border-radius: 4px; }
.sources li.is-shown { background: var(--accent-soft); }
.sources a { color: var(--accent-text); font-weight: 500; display: block; }
.sources q { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; color: var(--muted); }
.rating { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; margin-inline-start: -8px; }
.rating form { display: flex; flex: 1 1 100%; gap: 6px; padding-inline-start: 8px; }
.rating input { flex: 1; min-width: 0; border: 1px solid var(--control); border-radius: 6px; padding: 4px 8px; background: var(--page); }

.waiting-line, .error { padding: 8px 16px; font-size: 13px; }
.waiting-line { background: var(--warn-soft); color: var(--warn); }
.error { background: var(--bad-soft); color: var(--bad); }
.composer { display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; padding: 10px 12px calc(10px + env(safe-area-inset-bottom, 0px)); border-block-start: 1px solid var(--line); }
.panel:not(.inline) .composer { padding-block-end: 10px; }
.line { display: flex; align-items: end; gap: 8px; }
.line:last-child { justify-content: space-between; }
textarea { flex: 1; min-width: 0; resize: none; min-height: 38px; padding: 8px 10px; border: 1px solid var(--control); border-radius: 6px; background: var(--page); }
textarea::placeholder, input::placeholder { color: var(--muted); opacity: 1; }
.send { width: 38px; height: 38px; padding: 0; display: grid; place-items: center; border: 0; background: var(--accent); color: var(--on-accent); }
.send:hover { background: var(--accent); filter: brightness(1.1); }
.scope { display: flex; align-items: center; gap: 6px; min-height: 24px; font-size: 12px; color: var(--muted); cursor: pointer; }
.scope input { margin: 0; width: 16px; height: 16px; accent-color: var(--accent); }
.count { font-size: 12px; color: var(--bad); }
.about { display: flex; align-items: start; gap: 4px; background: var(--sunken); border-radius: 6px; padding: 4px 4px 4px 10px; }
.about q { flex: 1; min-width: 0; font-size: 13px; color: var(--muted); max-height: 4.5em; overflow: hidden; padding-block: 6px; overflow-wrap: anywhere; }
.ask-selection {
  position: fixed; z-index: 2147483000; display: flex; align-items: center; gap: 6px; padding: 6px 12px;
  box-shadow: var(--shadow); font-weight: 500; color: var(--accent-text);
}
.waiting { animation: breathe 1.6s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.5; } }
@media (prefers-reduced-motion: reduce) { .waiting { animation: none; } }

@media (max-width: 600px) {
  .panel:not(.inline) { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; padding-block-start: env(safe-area-inset-top, 0px); }
  .panel:not(.inline) .composer { padding-block-end: calc(10px + env(safe-area-inset-bottom, 0px)); }
  textarea, input { font-size: 16px; }
}
@media (forced-colors: active) {
  .launcher, .send, .mark { border: 1px solid ButtonText; }
}
@media print { .root { display: none; } }
`;
