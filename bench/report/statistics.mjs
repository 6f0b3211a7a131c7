/** The value that so large a part of the values does not exceed. */
export function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}

export const median = (values) => quantile(values, 0.5);
