import pino, { type DestinationStream, type Logger } from "pino";
import { hiding } from "./core/safe-text.ts";

export type Log = Logger;

/**
 * JSON lines to standard output. Fields that could hold a secret are cut, whoever logs them, and `secrets` are taken out
 * of every line. Names of files come from outside: what a terminal or a viewer of logs would obey is written as an escape.
 */
export function createLog(level: string, stream?: DestinationStream, secrets: readonly string[] = []): Log {
  const hide = hiding(secrets.filter((secret) => secret.length >= SECRET_MIN));
  const options = {
    level,
    base: null,
    timestamp: isoTime,
    redact: {
      paths: ["token", "authorization", "secret", "*.token", "*.authorization", "*.secret", "headers"],
      censor: "[redacted]",
    },
    hooks: { streamWrite: (line: string) => hide(line).replace(COMMANDS, escaped) },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}

let writtenMs = 0;
let written = "";
/** To write a time as ISO 8601 costs as much as checking a signature, and under load many lines share a millisecond. */
function isoTime(): string {
  const now = Date.now();
  if (now !== writtenMs) {
    writtenMs = now;
    written = `,"time":"${new Date(now).toISOString()}"`;
  }
  return written;
}

/** Anything shorter would cut up the words of every line. */
const SECRET_MIN = 8;
/** Controls that JSON lets stand: C1 (terminals take U+009B for ESC [), line separators, direction and other invisible marks. */
const COMMANDS = /[\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
