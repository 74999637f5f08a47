/** `npm start` and `npm run dev`: the relay on this machine, or in front of Upstash where its variables are set. */
import nextEnv from "@next/env";
import { EnvError } from "../env.ts";
import { buildOnce } from "./build-once.ts";
import { checkEnvironment, launch } from "./launch.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);
const dev = process.argv.includes("--dev");
// CommonJS without names that Node could see.
nextEnv.loadEnvConfig(process.cwd(), dev);
/** Where Redis keeps its append-only file, and the key that seals tokens: one directory for each relay on a machine. */
const dataDir = process.env.DATA_DIR?.trim() || ".data";

try {
  await checkEnvironment({ env: process.env, dataDir });
  if (!dev) buildOnce(say);
  const port = Number(process.env.PORT ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error("PORT must be a number from 0 to 65535");
  const relay = await launch({
    env: process.env,
    port,
    host: process.env.HOST ?? "127.0.0.1",
    dev,
    dataDir,
    log: (line) => process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`),
  });
  say(`The relay listens on ${relay.url}; register <public address>/api/dropbox/webhook in the Dropbox App Console.`);
  if (relay.local !== null) {
    say(
      relay.local.durable
        ? "State and queue: Redis on this machine, kept over restarts."
        : "State and queue: in memory only. EVERYTHING IS FORGOTTEN when this stops; install redis-server or set REDIS_URL to keep it.",
    );
  }
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void relay.close().then(() => process.exit(0));
    });
  }
} catch (cause) {
  say(
    cause instanceof EnvError
      ? cause.message
      : `The relay could not start: ${cause instanceof Error ? cause.message : "unknown"}`,
  );
  process.exit(1);
}
