import { describe, expect, it } from "vitest";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { clientOf, describeRedis, TOKEN } from "./redis-commands.ts";

describeRedis("in-process engine over REST", async () => createEngine({ now: Date.now }));

describe("in-process engine with a clock of its own", () => {
  it("time set in milliseconds, clock moved to its end → gone everywhere", async () => {
    let now = 1_795_592_919_000;
    const engine = createEngine({ now: () => now });
    await engine.command(["SET", "k", "v", "PX", "5000"]);
    now += 4_999;
    expect(await engine.command(["PTTL", "k"])).toBe(1);
    now += 1;
    expect(await engine.command(["GET", "k"])).toBeNull();
    expect(await engine.command(["DBSIZE"])).toBe(0);
    expect(String(await engine.command(["TIME"]))).toBe("1795592924,0");
  });

  it("100,000 members → added, ranged and removed within the time a test may take", async () => {
    const engine = createEngine({ now: Date.now });
    for (let i = 0; i < 100_000; i++) await engine.command(["ZADD", "z", String((i * 7919) % 100_000), `m${i}`]);
    const range = ["ZRANGE", "z", "50000", "+inf", "BYSCORE", "LIMIT", "0", "1"];
    for (let i = 0; i < 10_000; i++) expect(await engine.command(range)).toHaveLength(1);
    for (let i = 0; i < 100_000; i++) await engine.command(["ZREM", "z", `m${i}`]);
    expect(await engine.command(["EXISTS", "z"])).toBe(0);
  });
});

describe("a backend that is gone", () => {
  it("any command → 503 with a reason in JSON", async () => {
    const gone = () => Promise.reject(new Error("connection refused"));
    const backend: RedisBackend = {
      command: gone,
      transaction: gone,
      durable: true,
      billedCommands: gone,
      close: async () => {},
    };
    const rest = await startRedisRest({ backend, token: TOKEN });
    await expect(clientOf(rest.url).get("k")).rejects.toThrow("ERR Redis is not available: connection refused");
    await rest.close();
  });
});
