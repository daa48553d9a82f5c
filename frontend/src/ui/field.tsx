"use client";

import { cx } from "class-variance-authority";
import { type ComponentProps, type ReactNode, useId } from "react";

const control =
  "w-full rounded-md border border-control bg-surface px-2.5 text-base text-text disabled:bg-sunken disabled:text-muted aria-invalid:border-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cx(control, "h-8", className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cx(control, "min-h-20 py-1.5", className)} {...rest} />;
}

/** The browser's own list: fast, accessible, and right on a phone. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <select className={cx(control, "h-8 pr-1", className)} {...rest}>
      {children}
    </select>
  );
}

export function Checkbox({ className, ...rest }: ComponentProps<"input">) {
  return <input type="checkbox" className={cx("size-4 shrink-0 accent-(--c-accent)", className)} {...rest} />;
}

type Wired = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };
type Props = {
  label: ReactNode;
  unit?: string;
  help?: ReactNode;
  error?: ReactNode;
  aside?: ReactNode;
  /** Gets the attributes that tie the control to its label, help and error. */
  children: (wired: Wired) => ReactNode;
};

export function Field({ label, unit, help, error, aside, children }: Props) {
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1">
      <div className="flex items-baseline justify-between gap-2 text-sm">
        <label htmlFor={id} className="font-medium">
          {label}
          {unit && <span className="font-normal text-muted"> · {unit}</span>}
        </label>
        {aside}
      </div>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": describedBy || undefined })}
      {error && (
        <p id={`${id}-error`} className="text-bad text-sm">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-muted text-sm">
          {help}
        </p>
      )}
    </div>
  );
}
