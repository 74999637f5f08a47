/** The value below which half, and 99 in 100, of `values` lie; null when there are none. */
export function percentiles(values: Iterable<number>): { p50Ms: number | null; p99Ms: number | null } {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function median(values: readonly number[]): number {
  return percentiles(values).p50Ms ?? 0;
}
