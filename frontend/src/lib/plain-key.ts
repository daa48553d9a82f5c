/** Which keys are commands: letters on their own, where nobody is writing. */
/** Letters are keys only where nobody is writing. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** A key on its own, outside of fields, dialogs and menus. */
export const isPlainKey = (event: KeyboardEvent, key: string): boolean =>
  event.key.toLowerCase() === key &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !event.defaultPrevented &&
  !isWriting(event.target) &&
  !(event.target instanceof Element && event.target.closest('[role="menu"], [role="dialog"][aria-modal]'));
