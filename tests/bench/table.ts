/** The measurements as text, in columns. */
import type { Acks, HalfLoad } from "./acks.ts";
import { costOf1000 } from "./cost.ts";
import type { Bulk } from "./files.ts";

export interface Results {
  acks?: Acks[];
  halfLoad?: HalfLoad[];
  firstRecord?: { drops: number; p50Ms: number | null; p99Ms: number | null; worstMs: number };
  bulk?: Bulk[];
}

type Cell = string | number | null;

const shown = (cell: Cell): string => {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (Math.abs(cell) >= 100 || Number.isInteger(cell)) return Math.round(cell).toLocaleString("en");
  return cell.toPrecision(Math.abs(cell) < 0.1 ? 2 : 3);
};

function columns(head: string[], rows: Cell[][]): string {
  const all = [head, ...rows.map((row) => row.map(shown))];
  const widths = head.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  return all
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join("  "),
    )
    .join("\n");
}

export function tableOf({ acks, halfLoad, firstRecord, bulk }: Results): string {
  const parts: string[] = [];
  if (acks !== undefined) {
    const rows = acks.map((one) => [
      one.target,
      one.connections,
      one.acks,
      one.p50Ms,
      one.p99Ms,
      one.ofHttpFloor,
      one.ofNextFloor,
      one.messages,
    ]);
    const head = ["Acks", "connections", "a second", "p50 ms", "p99 ms", "of node:http", "of bare Next", "messages"];
    parts.push(columns(head, rows));
  }
  if (halfLoad !== undefined) {
    const rows = halfLoad.map((one) => [one.target, one.rate, one.acks, one.p50Ms, one.p99Ms]);
    parts.push(columns(["At half the load, 50 connections", "asked a second", "answered", "p50 ms", "p99 ms"], rows));
  }
  if (firstRecord !== undefined) {
    const { drops, p50Ms, p99Ms, worstMs } = firstRecord;
    parts.push(
      columns(["One file to its record", "drops", "p50 ms", "p99 ms", "worst"], [["", drops, p50Ms, p99Ms, worstMs]]),
    );
  }
  if (bulk !== undefined) {
    const speed = bulk.map((one) => [
      shown(one.files),
      one.filesPerSecond,
      one.loopFilesPerSecond,
      one.ofLoop,
      one.p50Ms,
      one.p99Ms,
      one.attemptP50Ms,
      one.attemptP99Ms,
      one.loopP50Ms,
      one.loopP99Ms,
    ]);
    const head = ["Files at once", "a second", "plain loop", "of it", "p50 ms", "p99 ms", "one: p50", "p99"];
    parts.push(columns([...head, "loop: p50", "p99"], speed));
    const spent = bulk.map((one) => [
      shown(one.files),
      one.msPerFile,
      one.requestsPerFile,
      one.redisRequestsPerFile,
      one.commandsPerFile,
      one.messagesPer1000,
      one.cpuMsPerFile,
      one.peakMb,
      one.mb,
      `$${costOf1000(one).total.toFixed(5)}`,
    ]);
    const units = ["Spent on a file", "ms", "requests", "Redis requests", "commands", "messages/1,000", "CPU ms"];
    parts.push(columns([...units, "peak MB", "MB after", "1,000 cost"], spent));
  }
  return parts.join("\n\n");
}
