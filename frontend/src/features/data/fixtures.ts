/** A column's profile for tests; what is not said is that of a number column without values. */
import type { ColumnProfile } from "@/api/types";

export const columnOf = (fields: Partial<ColumnProfile>): ColumnProfile => ({
  name: "age",
  kind: "number",
  dtype: "integer",
  n_unique: 3,
  missing_fraction: 0,
  categories: [],
  minimum: null,
  maximum: null,
  n_missing: 0,
  mean: null,
  std: null,
  quantiles: null,
  histogram: null,
  top_values: [],
  target_association: null,
  ...fields,
});
