/** The relay on this machine, or in front of Upstash where its variables are set: `npm run dev`, and built, `npm start`. */
import { join } from "node:path";
import { EnvError } from "../env.ts";
import { createLog } from "../log.ts";
import { launch } from "./launch.ts";
import { ADMIN_TOKEN_FILE } from "./operator-client.ts";
import { readPlace, reasonOf } from "./place.ts";

/** Ctrl+C reaches us from the terminal and again from a wrapper; only a later one means "at once". */
const SAME_SIGNAL_MS = 1_000;

const say = (text: string) => process.stderr.write(`${text}\n`);
const dev = process.argv.includes("--dev");
const place = readPlace(dev);

function fail(cause: unknown): never {
  say(cause instanceof EnvError ? cause.message : `The relay could not start: ${reasonOf(cause)}`);
  process.exit(1);
}

/** The token itself is not for a terminal that others may see, or a log. */
function howToLogIn(isLocal: boolean): string {
  if (place.env.ADMIN_TOKEN?.trim()) return "log in with your ADMIN_TOKEN";
  if (isLocal) return `log in with what is in ${join(place.dataDir, ADMIN_TOKEN_FILE)}`;
  return "closed until ADMIN_TOKEN is set";
}

try {
  const logger = createLog(process.env.LOG_LEVEL?.trim() || "info");
  /** Every step of every message is for who looks into the queue; what else the local services say is trouble. */
  const log = (line: object) => {
    if (!("event" in line) || line.event !== "queue.message") return logger.warn(line);
    logger.debug({ ...line, time: undefined }); // the log has a time of its own
  };
  const launching = launch({
    ...place,
    dev,
    log,
  });

  let askedAt: number | null = null;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (askedAt !== null && Date.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
      if (askedAt !== null) return;
      askedAt = Date.now();
      launching
        .then((relay) => relay.close())
        .then(
          () => process.exit(0),
          (cause: unknown) => {
            say(`The relay did not stop cleanly: ${reasonOf(cause)}`);
            process.exit(1);
          },
        );
    });
  }

  const relay = await launching;
  say(`The relay listens on ${relay.url}; register <public address>/api/dropbox/webhook in the Dropbox App Console.`);
  say(`Dashboard: ${relay.url}, ${howToLogIn(relay.local !== null)}.`);
  if (relay.local !== null) {
    say(
      relay.local.durable
        ? "State and queue: Redis on this machine, kept over restarts."
        : "State and queue: in memory only. EVERYTHING IS FORGOTTEN when this stops; install redis-server or set REDIS_URL to keep it.",
    );
  }
} catch (cause) {
  fail(cause);
}
