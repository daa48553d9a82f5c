/** The colour of a class on every chart of a model: by its place among the model's classes, as the server's charts do. */
import { CATEGORY_COLORS } from "@/ui/chart-theme";

export function classColor(classes: readonly string[] | null, name: string): string {
  const place = Math.max(0, classes?.indexOf(name) ?? 0);
  return CATEGORY_COLORS[place % CATEGORY_COLORS.length] as string;
}
