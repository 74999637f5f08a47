/** `npm start` and `npm run dev`: the relay on this machine, or in front of Upstash where its variables are set. */
import nextEnv from "@next/env";
import { EnvError } from "../env.ts";
import { buildOnce } from "./build-once.ts";
import { checkEnvironment } from "./check-environment.ts";
import { launch } from "./launch.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);
const dev = process.argv.includes("--dev");
// CommonJS without names that Node could see.
nextEnv.loadEnvConfig(process.cwd(), dev);
/** Where Redis keeps its append-only file, and the key that seals tokens: one directory for each relay on a machine. */
const dataDir = process.env.DATA_DIR?.trim() || ".data";

try {
  const place = {
    env: process.env,
    port: Number(process.env.PORT?.trim() || "3000"),
    host: process.env.HOST?.trim() || "127.0.0.1",
    dataDir,
  };
  await checkEnvironment(place);
  if (!dev) buildOnce(say);
  const relay = await launch({
    ...place,
    dev,
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
