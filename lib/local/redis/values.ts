/** Bytes, numbers and error texts as Redis writes them. Inside the engine a byte string is a latin1 string: one character a byte. */
import type { Reply } from "./backend.ts";

/** A reply inside the engine, where a bulk string is a latin1 string. */
export type Raw = null | number | string | { status: string } | { error: string } | Raw[];

export const OK: Raw = { status: "OK" };

/** An error of the caller's making; its message is the reply. */
export class CommandError extends Error {}

export const syntaxError = () => new CommandError("ERR syntax error");
export const wrongType = () => new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
export const notInteger = () => new CommandError("ERR value is not an integer or out of range");

export const toBytes = (value: string | Buffer): string =>
  typeof value === "string" ? Buffer.from(value, "utf8").toString("latin1") : value.toString("latin1");

export function toReply(raw: Raw): Reply {
  if (typeof raw === "string") return Buffer.from(raw, "latin1");
  return Array.isArray(raw) ? raw.map(toReply) : raw;
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

export const fitsInt64 = (value: bigint) => value >= INT64_MIN && value <= INT64_MAX;

/** A 64-bit integer in the only spelling Redis takes: no plus sign, no leading zero, no spaces. */
export function parseInteger(text: string): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw notInteger();
  const value = BigInt(text);
  if (!fitsInt64(value)) throw notInteger();
  return value;
}

export const parseIndex = (text: string): number => Number(parseInteger(text));

/** A float with `inf` allowed and NaN not; null when unreadable, because each caller has its own error. */
export function parseFloatOrNull(text: string): number | null {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

export function parseScore(text: string): number {
  const value = parseFloatOrNull(text);
  if (value === null) throw new CommandError("ERR value is not a valid float");
  return value;
}

/** C's `%.<digits>g`: what Redis uses for scores (17) and Lua for numbers (14). */
export function formatNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const trim = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return trim(value.toFixed(Math.min(100, Math.max(0, digits - 1 - power))));
  return `${trim(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

export const formatScore = (score: number) => formatNumber(score, 17);
