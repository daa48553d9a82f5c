import {
  Database,
  FlaskConical,
  House,
  ListChecks,
  type LucideIcon,
  MessagesSquare,
  Package,
  Rocket,
  Settings,
  Target,
  Workflow,
} from "lucide-react";

export type Place = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** On a phone the bar has no room for it: it stands under "More". */
  isUnderMore?: boolean;
};

/** What the rail and the palette lead to; a place is listed once it exists. */
export const places: Place[] = [
  { href: "/", label: "Overview", icon: House, isUnderMore: true },
  { href: "/data/", label: "Data", icon: Database },
  { href: "/workflows/", label: "Workflows", icon: Workflow },
  { href: "/models/", label: "Models", icon: Package },
  { href: "/predict/", label: "Predict", icon: Target },
  { href: "/chat/", label: "Chat", icon: MessagesSquare },
  { href: "/experiments/", label: "Experiments", icon: FlaskConical },
  { href: "/deploy/", label: "Deploy", icon: Rocket, isUnderMore: true },
];

export const runsPlace: Place = { href: "/runs/", label: "Runs", icon: ListChecks };
export const settingsPlace: Place = { href: "/settings/", label: "Settings", icon: Settings };

export const isHere = (path: string, href: string) => (href === "/" ? path === "/" : path.startsWith(href));
