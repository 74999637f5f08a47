/** What can be known to be wrong before anything is built or listens. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvError, parseEnv } from "../env.ts";

export interface Place {
  env: Record<string, string | undefined>;
  /** 0 takes a free port. */
  port: number;
  host: string;
  /** Null: keep nothing, even where a redis-server is installed. */
  dataDir: string | null;
}

/** Names every fault of the environment at once (EnvError) before anything is built or listens. */
export async function checkEnvironment(options: Place): Promise<{
  isLocal: boolean;
  given: Record<string, string | undefined>;
}> {
  const { env, dataDir } = options;
  const isLocal = !["UPSTASH_REDIS_REST_URL", "KV_REST_API_URL", "QSTASH_TOKEN"].some((name) => env[name]?.trim());
  const encryptionKey = env.ENCRYPTION_KEY?.trim() || (isLocal ? await keptKey(dataDir) : undefined);
  const given = { ...env, ENCRYPTION_KEY: encryptionKey };
  const faults = listenFaults(options);
  const publicBaseUrl = env.PUBLIC_BASE_URL?.trim() || "http://127.0.0.1";
  try {
    parseEnv(isLocal ? { ...given, ...STAND_INS, PUBLIC_BASE_URL: publicBaseUrl } : given);
  } catch (cause) {
    if (!(cause instanceof EnvError)) throw cause;
    faults.push(...cause.faults);
  }
  if (faults.length > 0) throw new EnvError(faults);
  return { isLocal, given };
}

/** Addresses at which the queue can reach us by loopback. */
const HOSTS = ["127.0.0.1", "localhost", "0.0.0.0", "::"];

function listenFaults({ port, host }: { port: number; host: string }): string[] {
  const faults: string[] = [];
  if (!Number.isInteger(port) || port < 0 || port > 65535) faults.push("PORT: must be a number from 0 to 65535");
  if (!HOSTS.includes(host)) faults.push(`HOST: must be one of ${HOSTS.join(", ")}; put a proxy in front for another`);
  return faults;
}

/** Only to check the rest of the environment before anything listens. */
const STAND_INS = {
  UPSTASH_REDIS_REST_URL: "http://127.0.0.1",
  UPSTASH_REDIS_REST_TOKEN: "checked later",
  QSTASH_URL: "http://127.0.0.1",
  QSTASH_TOKEN: "checked later",
  QSTASH_CURRENT_SIGNING_KEY: "checked later",
  QSTASH_NEXT_SIGNING_KEY: "checked later",
};

/** The key that seals stored tokens must outlive a restart where the tokens do. */
async function keptKey(dataDir: string | null): Promise<string> {
  const made = randomBytes(32).toString("base64");
  if (dataDir === null) return made;
  const file = join(dataDir, "encryption-key");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, made, { mode: 0o600, flag: "wx" });
    return made;
  } catch {
    return (await readFile(file, "utf8")).trim();
  }
}
