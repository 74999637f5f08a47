import pino, { type DestinationStream, type Logger } from "pino";

export type Log = Logger;

/** JSON lines to standard output; fields that could hold a secret are cut, whoever logs them. */
export function createLog(level: string, stream?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ["token", "authorization", "secret", "*.token", "*.authorization", "*.secret", "headers"],
      censor: "[redacted]",
    },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}
