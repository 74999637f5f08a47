/** The last day of one destination as bars, with the same in words. Pure. */

import { endedWell, HOUR_MS, type HourTally, within } from "../core/tally.ts";
import { counted, duration } from "../core/times.ts";

/** The height of the highest bar, in the picture's own units. */
export const CHART_HEIGHT = 40;
/** What is there at all can be seen. */
const LEAST = 2;

export interface Bar {
  /** "14:00" */
  hour: string;
  well: number;
  failed: number;
  /** Over, and not sent. */
  left: number;
  wellHeight: number;
  failedHeight: number;
}

export interface DayChart {
  bars: Bar[];
  /** What the picture shows, for who does not see it. */
  words: string;
  well: number;
  failed: number;
  /** "within 1 s", for half of the files and for 95 of 100; null: none arrived. */
  latency: { half: string; most: string } | null;
}

export function dayChart(hours: readonly HourTally[]): DayChart {
  const counts = hours.map((one) => ({ hour: one.hour, well: endedWell(one), failed: one.failed, left: one.left }));
  const highest = Math.max(1, ...counts.map(({ well, failed }) => well + failed));
  const height = (count: number) =>
    count === 0 ? 0 : Math.max(LEAST, Math.round((count / highest) * (CHART_HEIGHT - LEAST) * 10) / 10);
  const bars = counts.map(({ hour, well, failed, left }) => ({
    hour: new Date(hour * HOUR_MS).toISOString().slice(11, 16),
    well,
    failed,
    left,
    wellHeight: height(well),
    failedHeight: height(failed),
  }));
  const well = counts.reduce((sum, one) => sum + one.well, 0);
  const failed = counts.reduce((sum, one) => sum + one.failed, 0);
  const left = counts.reduce((sum, one) => sum + one.left, 0);
  const leftWords = left === 0 ? "" : ` ${left.toLocaleString("en-US")} skipped or taken back,`;
  const [half, most] = [within(hours, 0.5), within(hours, 0.95)];
  return {
    bars,
    well,
    failed,
    words: `Last 24 hours: ${counted(well, "file")} delivered,${leftWords} ${failed.toLocaleString("en-US")} failed.`,
    latency: half === null || most === null ? null : { half: words(half), most: words(most) },
  };
}

const words = (ms: number): string => (Number.isFinite(ms) ? `within ${duration(ms)}` : "over 18 h");
