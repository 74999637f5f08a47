/** A real Redis as a backend. A lost connection is opened again with backoff; until then every command rejects. */
import type { NetConnectOpts } from "node:net";
import type { RedisBackend, Reply } from "./backend.ts";
import { createPortableScripts } from "./portable-scripts.ts";
import { openConnection, type RespConnection } from "./resp-connection.ts";

const RECONNECT_MIN_MS = 20;
const RECONNECT_MAX_MS = 2_000;

export type RedisAddress = { path: string } | { url: string };

interface Target {
  net: NetConnectOpts;
  /** Sent first on each connection. */
  greeting: string[][];
}

function targetOf(address: RedisAddress): Target {
  if ("path" in address) return { net: { path: address.path }, greeting: [] };
  const url = new URL(address.url);
  if (url.protocol !== "redis:") throw new Error(`A Redis URL begins with redis://, this one with ${url.protocol}//`);
  const greeting: string[][] = [];
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  if (password !== "") greeting.push(user === "" ? ["AUTH", password] : ["AUTH", user, password]);
  const database = url.pathname.slice(1);
  if (database !== "") greeting.push(["SELECT", database]);
  return { net: { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 6379) }, greeting };
}

async function open({ net, greeting }: Target): Promise<RespConnection> {
  const connection = await openConnection(net);
  for (const command of greeting) {
    const reply = await connection.send(command);
    if (isError(reply)) {
      connection.close();
      throw new Error(`Redis refused ${command[0]}: ${reply.error}`);
    }
  }
  return connection;
}

/** Rejects when Redis cannot be reached now; later losses are repaired. */
export async function connectRedis(address: RedisAddress): Promise<RedisBackend> {
  const target = targetOf(address);
  const portable = createPortableScripts();
  let current: RespConnection | null = await open(target);
  let retry: NodeJS.Timeout | undefined;
  let ended = false;

  function keep(connection: RespConnection): void {
    current = connection;
    void connection.closed.then(() => {
      current = null;
      reconnectIn(RECONNECT_MIN_MS);
    });
  }

  function reconnectIn(ms: number): void {
    if (ended) return;
    retry = setTimeout(() => {
      open(target).then(
        (connection) => (ended ? connection.close() : keep(connection)),
        () => reconnectIn(Math.min(RECONNECT_MAX_MS, ms * 2)),
      );
    }, ms);
    retry.unref();
  }

  const send = (args: readonly (string | Buffer)[]): Promise<Reply> =>
    current?.send(portable(args)) ?? Promise.reject(new Error("there is no connection to Redis"));

  keep(current);
  const countBilled = billingCounter(send);
  await countBilled();

  return {
    durable: true,
    command: send,
    async transaction(commands) {
      // Written in one go, so that no other command of this connection falls between.
      const replies = await Promise.all([["MULTI"], ...commands, ["EXEC"]].map(send));
      return replies.at(-1) ?? null;
    },
    billedCommands: countBilled,
    async close() {
      ended = true;
      clearTimeout(retry);
      current?.close();
    },
  };
}

/** Commands since the first call. A restarted server counts from zero; what it had counted since the last look is lost. */
function billingCounter(send: (args: string[]) => Promise<Reply>): () => Promise<number> {
  let last: number | null = null;
  let total = 0;
  return async () => {
    const reply = await send(["INFO", "commandstats"]);
    const seen = Buffer.isBuffer(reply) ? billedCalls(reply.toString("utf8")) : (last ?? 0);
    if (last !== null) total += seen >= last ? seen - last : seen;
    last = seen;
    return total;
  };
}

/** What the transport itself sends is not billed. */
const UNBILLED = new Set(["info", "multi", "exec", "auth", "select", "shutdown"]);

function billedCalls(stats: string): number {
  let calls = 0;
  for (const [, name = "", count = "0"] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (!UNBILLED.has(name)) calls += Number(count);
  }
  return calls;
}

export const isError = (reply: Reply): reply is { error: string } =>
  typeof reply === "object" && reply !== null && "error" in reply;
