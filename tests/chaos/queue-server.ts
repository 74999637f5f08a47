/**
 * Redis and QStash as services of their own, as Upstash is one: the local stand-ins in a process that can be killed apart
 * from the relay's. Secrets and ports are given, so that the next process can be found where this one was.
 */
import { decodeJwt, SignJWT } from "jose";
import { loopbackFetch, type SendDelivery } from "@/lib/local/queue/loopback-fetch.ts";
import { startQueue } from "@/lib/local/queue/server.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { keepRedisServer } from "@/lib/local/redis-keeper.ts";

const given = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const log = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);

const signingKey = given("QSTASH_CURRENT_SIGNING_KEY");

/** The stand-in's signature is valid from the beginning of time; QStash's documents also show one valid from its issue on. */
const strictly: SendDelivery = async (address, request) => {
  const claims = decodeJwt(request.headers["upstash-signature"] ?? "");
  const signature = await new SignJWT({ ...claims, nbf: claims.iat ?? 0 })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(signingKey));
  return loopbackFetch(address, { ...request, headers: { ...request.headers, "upstash-signature": signature } });
};

const redis = await keepRedisServer(given("DATA_DIR"), log);
if ("kind" in redis) throw new Error("redis-server is not installed");
const { backend } = redis;
await startRedisRest({ backend, token: given("REDIS_TOKEN"), port: Number(given("REDIS_PORT")) });
await startQueue({
  backend,
  token: given("QSTASH_TOKEN"),
  currentSigningKey: signingKey,
  nextSigningKey: given("QSTASH_NEXT_SIGNING_KEY"),
  port: Number(given("QSTASH_PORT")),
  fetch: strictly,
  log,
});
log({ event: "services.listen" });
