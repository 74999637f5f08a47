/** What can be known to be wrong before anything is built, started or listens: all of it named at once, no value shown. */
import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvError, parseEnv } from "../env.ts";
import { callbackFaults } from "../relay/env-callback.ts";
import { usablePort } from "./listen.ts";
import { ADMIN_TOKEN_FILE } from "./operator-client.ts";

type Variables = Record<string, string | undefined>;

export interface Place {
  env: Variables;
  /** 0 takes a free port. */
  port: number;
  host: string;
  /** Null: keep nothing, even where a redis-server is installed. */
  dataDir: string | null;
}

export interface Checked {
  /** Redis and queue are ours to bring. */
  isLocal: boolean;
  /** The environment, with the key that seals tokens and the token of who asks and acts. */
  given: Variables;
  port: number;
}

/** Any of these means Upstash: the rest of it is then asked for, never half replaced by services of our own. */
const UPSTASH = [
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "KV_REST_API_URL",
  "KV_REST_API_TOKEN",
  "QSTASH_TOKEN",
];

/** Only to check the rest of the environment. */
const STAND_INS = {
  UPSTASH_REDIS_REST_URL: "http://127.0.0.1",
  UPSTASH_REDIS_REST_TOKEN: "checked later",
  QSTASH_URL: "http://127.0.0.1",
  QSTASH_TOKEN: "checked later",
  QSTASH_CURRENT_SIGNING_KEY: "checked later",
  QSTASH_NEXT_SIGNING_KEY: "checked later",
};

/** Throws EnvError with every fault; leaves nothing behind then. */
export async function checkEnvironment({ env, port, host, dataDir }: Place): Promise<Checked> {
  const isLocal = !UPSTASH.some((name) => env[name]?.trim());
  const faults: string[] = [];
  try {
    faults.push(...callbackFaults(parseEnv(isLocal ? withStandIns(env) : env)));
  } catch (cause) {
    if (!(cause instanceof EnvError)) throw cause;
    faults.push(...cause.faults);
  }
  if (isLocal) faults.push(...redisFaults(env.REDIS_URL?.trim() ?? ""));
  const free = await portOrFault(host, port);
  if (typeof free === "string") faults.push(free);
  if (faults.length > 0 || typeof free === "string") throw new EnvError(faults);
  const own = isLocal
    ? { ENCRYPTION_KEY: await sealingKey(env, dataDir), ADMIN_TOKEN: await adminToken(env, dataDir) }
    : {};
  return { isLocal, given: { ...env, ...own }, port: free };
}

const withStandIns = (env: Variables): Variables => ({
  ...env,
  ...STAND_INS,
  PUBLIC_BASE_URL: env.PUBLIC_BASE_URL?.trim() || "http://127.0.0.1",
  ENCRYPTION_KEY: env.ENCRYPTION_KEY?.trim() || newKey(),
});

const redisFaults = (url: string): string[] =>
  url === "" || (url.startsWith("redis://") && URL.canParse(url))
    ? []
    : ["REDIS_URL: must be redis://host:port (leave it out to have a redis-server started)"];

async function portOrFault(host: string, port: number): Promise<number | string> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) return "PORT: must be a number from 0 to 65535";
  return usablePort(host, port).catch((cause: Error) => cause.message);
}

const newKey = () => randomBytes(32).toString("base64");

/** The key that seals stored tokens must outlive a restart where the tokens do. */
const sealingKey = (env: Variables, dataDir: string | null): Promise<string> =>
  kept(env.ENCRYPTION_KEY?.trim(), dataDir, "encryption-key");

/** What a person shows to ask and act; `npm run why` and `npm run deliveries` read it from the same file. */
const adminToken = (env: Variables, dataDir: string | null): Promise<string> =>
  kept(env.ADMIN_TOKEN?.trim(), dataDir, ADMIN_TOKEN_FILE);

/** The given value, or one made once and kept in the data directory for its user alone. */
async function kept(given: string | undefined, dataDir: string | null, name: string): Promise<string> {
  if (given) return given;
  if (dataDir === null) return newKey();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, name);
  const draft = `${file}.${process.pid}`;
  try {
    // Complete before it has its name: a key cut short by a crash would lock us out.
    await writeFile(draft, newKey(), { mode: 0o600 });
    await link(draft, file);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(file, "utf8")).trim();
}
