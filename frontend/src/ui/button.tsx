import { cva, cx, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";

const button = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary: "bg-accent text-on-accent hover:not-disabled:bg-accent-strong",
        plain: "border border-control bg-surface text-text hover:not-disabled:bg-hover",
        quiet: "text-text hover:not-disabled:bg-hover",
        danger: "border border-bad bg-surface text-bad hover:not-disabled:bg-bad-soft",
        link: "text-accent underline-offset-2 hover:underline",
      },
      size: { md: "h-8 px-3 text-base", sm: "h-7 px-2 text-sm", icon: "size-8", "icon-sm": "size-7", inline: "" },
    },
    defaultVariants: { look: "plain", size: "md" },
  },
);

type Props = ComponentProps<"button"> & VariantProps<typeof button> & { asChild?: boolean };

export function Button({ look, size, asChild = false, className, type = "button", ...rest }: Props) {
  const classes = cx(button({ look, size }), className);
  return asChild ? <Slot.Root className={classes} {...rest} /> : <button type={type} className={classes} {...rest} />;
}
