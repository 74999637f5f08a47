/** One suite for everything that stands in for Upstash Redis, run through the unchanged official SDK. */
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { type RestServer, startRedisRest } from "@/lib/local/redis/rest-server.ts";

export const TOKEN = "test-token";

export const clientOf = (url: string, token = TOKEN) =>
  new Redis({
    url,
    token,
    enableAutoPipelining: false,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: { retries: 0 },
  });

export function describeRedis(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let backend: RedisBackend;
    let rest: RestServer;
    let redis: Redis;

    beforeAll(async () => {
      backend = await makeBackend();
      rest = await startRedisRest({ backend, token: TOKEN });
      redis = clientOf(rest.url);
    });
    beforeEach(async () => {
      await redis.flushall();
      await redis.scriptFlush();
    });
    afterAll(async () => {
      await rest?.close();
      await backend?.close();
    });

    const exec = (...command: [string, ...(string | number)[]]) => redis.exec<unknown>(command);
    const lua = (script: string, keys: string[] = [], args: (string | number)[] = []) =>
      redis.eval<(string | number)[], unknown>(script, keys, args);
    const post = (body: string, headers: Record<string, string> = {}, path = "/") =>
      fetch(rest.url + path, { method: "POST", body, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });

    describe("strings and expiry", () => {
      it("set, get, overwritten → last value; missing → null", async () => {
        expect(await redis.set("k", "v")).toBe("OK");
        await redis.set("k", "w");
        expect(await redis.get("k")).toBe("w");
        expect(await redis.get("none")).toBeNull();
      });

      it("key held + SET NX, key missing + SET XX → null and nothing changed", async () => {
        await redis.set("k", "v");
        expect(await redis.set("k", "w", { nx: true, px: 5000 })).toBeNull();
        expect(await redis.set("other", "w", { xx: true })).toBeNull();
        expect(await redis.mget("k", "other")).toEqual(["v", null]);
        expect(await redis.pttl("k")).toBe(-1);
      });

      it("value held + SET GET → the value before", async () => {
        await redis.set("k", "v");
        expect(await redis.set("k", "w", { get: true })).toBe("v");
        expect(await redis.set("new", "w", { get: true })).toBeNull();
      });

      it("SET with EX and PX, then KEEPTTL, then plain → time kept, then gone", async () => {
        await redis.set("k", "v", { ex: 100 });
        expect(await redis.ttl("k")).toBe(100);
        await redis.set("k", "v", { px: 50_000 });
        await redis.set("k", "w", { keepTtl: true });
        expect(await redis.pttl("k")).toBeGreaterThan(40_000);
        await redis.set("k", "x");
        expect(await redis.ttl("k")).toBe(-1);
        expect(await redis.ttl("none")).toBe(-2);
      });

      it("EXPIRE with a past time → key deleted; missing key → 0; NX with a time set → 0", async () => {
        await redis.set("k", "v");
        expect(await redis.expire("none", 10)).toBe(0);
        expect(await redis.pexpire("k", 10_000)).toBe(1);
        expect(await exec("PEXPIRE", "k", 20_000, "NX")).toBe(0);
        expect(await redis.expire("k", -1)).toBe(1);
        expect(await redis.exists("k")).toBe(0);
      });

      it("INCR on text → error and value kept; near 2^53 → exact", async () => {
        await redis.set("k", "abc");
        await expect(redis.incr("k")).rejects.toThrow("ERR value is not an integer or out of range");
        await redis.set("n", "9007199254740992");
        await redis.incr("n");
        expect(await redis.get("n")).toBe("9007199254740993");
        await redis.set("max", "9223372036854775807");
        await expect(redis.incr("max")).rejects.toThrow("ERR increment or decrement would overflow");
        expect(await redis.incrby("fresh", -7)).toBe(-7);
      });

      it("text of any script, digits beyond 2^53 and bytes past ASCII → unchanged", async () => {
        for (const text of [
          "",
          "0123",
          "122105640332123456",
          "1e400",
          "null",
          '{"a":"ü"}',
          "日本語 🌍",
          "a\0b\r\n\u00ff",
        ]) {
          await redis.set("k", text);
          expect(await redis.get("k")).toBe(text);
          expect(await lua("return ARGV[1]", [], [text])).toBe(text);
        }
      });

      it("MSET, MGET, DEL, EXISTS, TYPE → counts and types as Redis gives them", async () => {
        await redis.mset({ a: "1", b: "2" });
        expect(await redis.exists("a", "a", "none")).toBe(2);
        await redis.hset("h", { f: "1" });
        expect(await redis.mget("a", "h")).toEqual(["1", null]);
        expect([await redis.type("a"), await redis.type("h"), await redis.type("none")]).toEqual([
          "string",
          "hash",
          "none",
        ]);
        expect(await redis.del("a", "b", "none")).toBe(2);
        expect(await redis.dbsize()).toBe(1);
      });
    });

    describe("hashes and sets", () => {
      it("fields set, read, counted, deleted → empty hash is no key", async () => {
        expect(await redis.hset("h", { a: "1", b: "2" })).toBe(2);
        expect(await redis.hset("h", { b: "3", c: "4" })).toBe(1);
        expect(await redis.hget("h", "b")).toBe("3");
        expect(await exec("HMGET", "h", "a", "none")).toEqual(["1", null]);
        expect(await exec("HGETALL", "h")).toEqual(["a", "1", "b", "3", "c", "4"]);
        expect(await redis.hkeys("h")).toEqual(["a", "b", "c"]);
        expect([await redis.hlen("h"), await redis.hexists("h", "a"), await redis.hexists("h", "z")]).toEqual([
          3, 1, 0,
        ]);
        expect(await redis.hdel("h", "a", "b", "c", "z")).toBe(3);
        expect(await redis.exists("h")).toBe(0);
      });

      it("HINCRBY on missing, number, text → created, added, error", async () => {
        expect(await redis.hincrby("h", "n", 5)).toBe(5);
        expect(await redis.hincrby("h", "n", -2)).toBe(3);
        await redis.hset("h", { t: "x" });
        await expect(redis.hincrby("h", "t", 1)).rejects.toThrow("ERR hash value is not an integer");
      });

      it("HSCAN with MATCH over 1,500 fields → each once, cursor ends at 0", async () => {
        const fields = Object.fromEntries(
          Array.from({ length: 1500 }, (_, i) => [`${i % 2 ? "odd" : "even"}:${i}`, `${i}`]),
        );
        await redis.hset("h", fields);
        const seen: string[] = [];
        let cursor = "0";
        do {
          const [next, found] = await redis.hscan("h", cursor, { match: "odd:*", count: 100 });
          seen.push(...found.filter((_, i) => i % 2 === 0).map(String));
          cursor = next;
        } while (cursor !== "0");
        expect(seen.length).toBe(750);
        expect(new Set(seen).size).toBe(750);
      });

      it("members added twice, removed → counted once, empty set is no key", async () => {
        expect(await redis.sadd("s", "a", "b", "a")).toBe(2);
        expect([await redis.scard("s"), await redis.sismember("s", "a"), await redis.sismember("s", "z")]).toEqual([
          2, 1, 0,
        ]);
        expect((await redis.smembers("s")).sort()).toEqual(["a", "b"]);
        expect(await redis.srem("s", "a", "b", "z")).toBe(2);
        expect(await redis.exists("s")).toBe(0);
      });

      it("keys deleted while SCAN goes on → every key that stays is seen", async () => {
        await redis.mset(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k:${i}`, "v"])));
        const seen = new Set<string>();
        let cursor = "0";
        do {
          const [next, keys] = await redis.scan(cursor, { match: "k:*", count: 20 });
          for (const key of keys) seen.add(key);
          if (keys[0]) await redis.del(keys[0]);
          cursor = next;
        } while (cursor !== "0");
        expect(seen.size).toBe(300);
      });

      it("KEYS with ?, [a-c], [^a] and an escaped star → only what matches", async () => {
        await redis.mset({ "x:a": "1", "x:b": "1", "x:d": "1", "x:*": "1" });
        expect((await redis.keys("x:[a-c]")).sort()).toEqual(["x:a", "x:b"]);
        expect((await redis.keys("x:[^a]")).sort()).toEqual(["x:*", "x:b", "x:d"]);
        expect(await redis.keys("x:\\*")).toEqual(["x:*"]);
        expect((await redis.keys("?:?")).length).toBe(4);
      });
    });

    describe("sorted sets", () => {
      const scores = (...pairs: [string, number][]) => pairs.map(([member, score]) => ({ member, score }));
      const fill = async () => {
        const [first, ...rest] = scores(["a", 1], ["b", 2], ["c", 2.5], ["d", 4], ["e", 5]);
        if (first) await redis.zadd("z", first, ...rest);
      };

      it("ZADD with NX, XX, GT, LT and CH → only what the option allows", async () => {
        await fill();
        expect(await exec("ZADD", "z", "NX", "CH", 9, "a", 6, "f")).toBe(1);
        expect(await exec("ZADD", "z", "XX", "CH", 3, "b", 7, "new")).toBe(1);
        expect(await exec("ZADD", "z", "GT", "CH", 0, "a", 8, "d")).toBe(1);
        expect(await exec("ZADD", "z", "LT", "CH", 0, "a", 9, "d", 10, "g")).toBe(2);
        expect(await exec("ZMSCORE", "z", "a", "b", "d", "f", "g", "new")).toEqual(["0", "3", "8", "6", "10", null]);
        await expect(exec("ZADD", "z", "NX", "GT", 1, "a")).rejects.toThrow("ERR GT, LT, and/or NX options");
        await expect(exec("ZADD", "z", "x", "a")).rejects.toThrow("ERR value is not a valid float");
      });

      it("ranges by index → inclusive, negative from the end, reversed", async () => {
        await fill();
        expect(await redis.zrange("z", 0, -1)).toEqual(["a", "b", "c", "d", "e"]);
        expect(await redis.zrange("z", -2, 10)).toEqual(["d", "e"]);
        expect(await redis.zrange("z", 0, 1, { rev: true, withScores: true })).toEqual(["e", "5", "d", "4"]);
        expect(await redis.zrange("z", 3, 1)).toEqual([]);
      });

      it("ranges by score → bounds exclusive with (, limited, reversed", async () => {
        await fill();
        expect(await redis.zrange("z", "(1", 4, { byScore: true })).toEqual(["b", "c", "d"]);
        expect(await redis.zrange("z", 1, "(4", { byScore: true, withScores: true })).toEqual([
          "a",
          "1",
          "b",
          "2",
          "c",
          "2.5",
        ]);
        expect(await redis.zrange("z", "-inf", "+inf", { byScore: true, offset: 1, count: 2 })).toEqual(["b", "c"]);
        expect(await redis.zrange("z", "+inf", "-inf", { byScore: true, rev: true, offset: 1, count: 2 })).toEqual([
          "d",
          "c",
        ]);
        expect(await exec("ZRANGEBYSCORE", "z", "-inf", 4, "WITHSCORES", "LIMIT", 2, -1)).toEqual([
          "c",
          "2.5",
          "d",
          "4",
        ]);
        expect([await redis.zcount("z", "(1", "+inf"), await redis.zcount("z", 9, 1)]).toEqual([4, 0]);
        await expect(exec("ZRANGEBYSCORE", "z", "x", 1)).rejects.toThrow("ERR min or max is not a float");
      });

      it("equal scores → in byte order, and ranges by bytes", async () => {
        for (const member of ["b", "B", "é", "a", "ab"]) await redis.zadd("z", { score: 0, member });
        expect(await redis.zrange("z", 0, -1)).toEqual(["B", "a", "ab", "b", "é"]);
        expect(await redis.zrange("z", "[a", "(b", { byLex: true })).toEqual(["a", "ab"]);
        expect(await redis.zrange("z", "+", "-", { byLex: true, rev: true, offset: 0, count: 1 })).toEqual(["é"]);
      });

      it("score changed → moved, not doubled; removed by rank and by score → counted", async () => {
        await fill();
        await redis.zadd("z", { score: 10, member: "a" });
        expect(await redis.zrange("z", 0, -1)).toEqual(["b", "c", "d", "e", "a"]);
        expect(await redis.zremrangebyrank("z", 0, 0)).toBe(1);
        expect(await redis.zremrangebyscore("z", 4, 5)).toBe(2);
        expect(await redis.zrem("z", "a", "none")).toBe(1);
        expect(await redis.zcard("z")).toBe(1);
        await redis.zrem("z", "c");
        expect(await redis.exists("z")).toBe(0);
      });

      it("scores of milliseconds, microseconds, fractions and infinity → text as Redis writes it", async () => {
        for (const [text, written] of [
          ["1795592919123", "1795592919123"],
          ["1795592919123456", "1795592919123456"],
          ["-0.5", "-0.5"],
          ["inf", "inf"],
          ["1e30", "1e+30"],
        ]) {
          await exec("ZADD", "z", text ?? "", "m");
          expect(await exec("ZSCORE", "z", "m")).toBe(written);
        }
      });

      it("5,000 members in no order → ordered, and halved by score", async () => {
        const members = Array.from({ length: 5000 }, (_, i) => [(i * 7919) % 5000, `m${i}`] as const);
        for (let i = 0; i < members.length; i += 1000) await exec("ZADD", "z", ...members.slice(i, i + 1000).flat());
        const ordered = [...members].sort((a, b) => a[0] - b[0]).map(([, member]) => member);
        expect(await redis.zrange("z", 0, -1)).toEqual(ordered);
        expect(await redis.zremrangebyscore("z", "-inf", "(2500")).toBe(2500);
        expect(await redis.zrange("z", 0, 2)).toEqual(ordered.slice(2500, 2503));
      });
    });

    describe("scripts", () => {
      it("values of each kind returned → truncated, 1, null, cut at the first nil", async () => {
        expect(await lua("return {1, 'ok', {'x', 2, false}, {}, 1.9, -1.9, true}")).toEqual([
          1,
          "ok",
          ["x", 2, null],
          [],
          1,
          -1,
          1,
        ]);
        expect(await lua("return {1, nil, 3}")).toEqual([1]);
        expect(await lua("return")).toBeNull();
        expect(await lua("return redis.status_reply('FINE')")).toBe("FINE");
        await expect(lua("return redis.error_reply('BUSY it is')")).rejects.toThrow("BUSY it is");
      });

      it("replies inside a script → nil is false, done is a table with ok, refused is false", async () => {
        expect(await lua("return redis.call('GET', KEYS[1]) == false and 1 or 0", ["k"])).toBe(1);
        expect(await lua("return redis.call('SET', KEYS[1], 'v', 'NX').ok", ["k"])).toBe("OK");
        expect(await lua("return redis.call('SET', KEYS[1], 'v', 'NX') == false and 1 or 0", ["k"])).toBe(1);
        await redis.hset("h", { a: "1" });
        expect(await lua("return redis.call('HGETALL', KEYS[1])", ["h"])).toEqual(["a", "1"]);
      });

      it("numbers past 32 bits → as doubles, printed as Lua 5.1 prints them", async () => {
        const script = `local t = tonumber(ARGV[1])
          return {tostring(t * 1000), string.format('%d', t * 1000000), tostring(1e15), tostring(2^31 + 1), 10 / 2 .. '',
            tostring(math.floor(t / 1000)), 4294967296 * 2, #ARGV * 3000000000, tostring(0x7fffffff + 1), string.format('%5d|%s', 3.7, 'x')}`;
        const now = "1795592919";
        expect(await lua(script, [], [now])).toEqual(
          ["1795592919000", "1795592919000000", "1e+15", "2147483649", "5", "1795592", 8589934592, 3000000000].concat([
            "2147483648",
            "    3|x",
          ]),
        );
      });

      it("numbers as command arguments → whole without a fraction, microseconds in full", async () => {
        await lua("redis.call('SET', KEYS[1], 1795592919 * 1000000 + 5) redis.call('SET', KEYS[2], 3.0)", ["a", "b"]);
        expect(await redis.mget("a", "b")).toEqual(["1795592919000005", "3"]);
      });

      it("error from a call → stops the script, earlier writes stay; pcall → a table with err", async () => {
        await redis.set("k", "text");
        const script = "redis.call('SET', KEYS[2], '1') redis.call('INCR', KEYS[1]) redis.call('SET', KEYS[2], '2')";
        await expect(lua(script, ["k", "done"])).rejects.toThrow(
          "ERR value is not an integer or out of range script: ",
        );
        expect(await redis.get("done")).toBe("1");
        expect(await lua("return redis.pcall('INCR', KEYS[1]).err", ["k"])).toContain("ERR value is not an integer");
        await expect(lua("\nerror('mine')")).rejects.toThrow("ERR user_script:2: mine script: ");
        await expect(lua("error({err = 'OWN code'})")).rejects.toThrow("OWN code script: ");
        expect(await lua("local ok, e = pcall(redis.call, 'INCR', KEYS[1]) return {tostring(ok), e}", ["k"])).toEqual([
          "false",
          expect.stringContaining("ERR value is not an integer"),
        ]);
      });

      it("2,000 values unpacked into one HSET → all stored", async () => {
        const script =
          "local t = {} for i = 1, ARGV[1] do t[i] = 'v' .. i end return redis.call('HSET', KEYS[1], unpack(t))";
        expect(await lua(script, ["h"], [2000])).toBe(1000);
        expect(await lua(script, ["h2"], [4000])).toBe(2000);
        expect(await redis.hget("h", "v1999")).toBe("v2000");
      });

      it("undefined variable read, global set, 5.3 operator, syntax error → error that says so", async () => {
        await expect(lua("return nope")).rejects.toThrow(
          "Script attempted to access nonexistent global variable 'nope'",
        );
        await expect(lua("nope = 1")).rejects.toThrow("Attempt to modify a readonly table");
        for (const script of ["return 5 // 2", "return 5 & 2", "return 1 << 2", "goto x", "return )"]) {
          await expect(lua(script), script).rejects.toThrow(
            "ERR Error compiling script (new function): user_script:1:",
          );
        }
        for (const name of ["io", "os", "require", "dofile", "package"]) {
          await expect(lua(`return ${name}.x`), name).rejects.toThrow("nonexistent global variable");
        }
      });

      it("Lua 5.1 library → unpack, table.getn, math.pow, loadstring, string methods", async () => {
        expect(await lua("return {unpack({1, 2, 3})}")).toEqual([1, 2, 3]);
        expect(
          await lua("return {table.getn({1, 2}), math.pow(2, 10), loadstring('return 7')(), ('x'):rep(3)}"),
        ).toEqual([2, 1024, 7, "xxx"]);
        expect(await lua("local t = {} t[1.0] = 'a' t[#t + 1] = 'b' return t")).toEqual(["a", "b"]);
        expect(await lua("return redis.sha1hex('')")).toBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
      });

      it("cjson → 14 digits, escaped slash, null kept apart, empty table an object", async () => {
        expect(await lua("return cjson.encode({1, 'a/b', {x = 1.5}, 123456789012345678})")).toBe(
          '[1,"a\\/b",{"x":1.5},1.2345678901235e+17]',
        );
        expect(await lua("return {cjson.encode({}), cjson.encode({cjson.null, '\\n'})}")).toEqual([
          "{}",
          '[null,"\\n"]',
        ]);
        expect(
          await lua(
            "local t = cjson.decode(ARGV[1]) return {t.a[1], t.a[2], t.b, #t.a}",
            [],
            ['{"a":["é",2],"b":null}'],
          ),
        ).toEqual(["é", 2, null, 2]);
        await expect(lua("return cjson.decode('{')")).rejects.toThrow("Expected");
      });

      it("functions of Lua 5.3 alone, %s of a boolean → errors", async () => {
        for (const script of [
          "table.pack(1)",
          "table.unpack({})",
          "math.type(1)",
          "string.pack('b', 1)",
          "string.format('%s', true)",
        ]) {
          await expect(lua(`local x = ${script} return x`), script).rejects.toThrow("ERR user_script:1:");
        }
      });

      it("script not cached, then cached → NOSCRIPT, then answered; flushed → NOSCRIPT again", async () => {
        const sha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        await expect(redis.evalsha(sha, [], [])).rejects.toThrow("NOSCRIPT No matching script. Please use EVAL.");
        expect(await redis.scriptLoad("return 1")).toBe(sha);
        expect(await redis.scriptExists(sha, "0".repeat(40))).toEqual([1, 0]);
        await redis.scriptFlush();
        await expect(redis.evalsha(sha, [], [])).rejects.toThrow("NOSCRIPT");
      });

      it("createScript run twice → second time by its SHA-1 alone", async () => {
        const script = redis.createScript<number>("return redis.call('INCR', KEYS[1])");
        const before = rest.requests();
        expect(await script.exec(["n"], [])).toBe(1);
        expect(await script.exec(["n"], [])).toBe(2);
        expect(rest.requests() - before).toBe(3);
      });

      it("script under Upstash's flag for key locking → runs, and is found by the hash of its whole text", async () => {
        const script = redis.createScript<number>("#!lua flags=allow-key-locking\nreturn redis.call('INCR', KEYS[1])");
        expect([await script.exec(["n"], []), await script.exec(["n"], [])]).toEqual([1, 2]);
        await expect(lua("#!lua flags=allow-key-locking\nerror('x')")).rejects.toThrow("user_script:2: x");
      });

      it("read-only script that writes → refused, nothing written", async () => {
        await redis.set("k", "v");
        expect(await redis.evalRo("return redis.call('GET', KEYS[1])", ["k"], [])).toBe("v");
        await expect(redis.evalRo("return redis.call('SET', KEYS[1], 'w')", ["k"], [])).rejects.toThrow(
          "ERR Write commands are not allowed from read-only scripts",
        );
        expect(await redis.get("k")).toBe("v");
      });
    });

    describe("errors, pipelines and transactions", () => {
      it("wrong type, arity, unknown command → Redis' texts, the unknown one named", async () => {
        await redis.set("k", "v");
        await expect(redis.hget("k", "f")).rejects.toThrow(
          "WRONGTYPE Operation against a key holding the wrong kind of value",
        );
        await expect(exec("GET")).rejects.toThrow("ERR wrong number of arguments for 'get' command");
        await expect(exec("FROB", "x")).rejects.toThrow("ERR unknown command 'FROB', with args beginning with: 'x' ");
        await expect(exec("SET", "k", "v", "WHAT")).rejects.toThrow("ERR syntax error");
        await expect(exec("SET", "k", "v", "EX", 0)).rejects.toThrow("ERR invalid expire time in 'set' command");
      });

      it("pipeline with a failing command → the others ran", async () => {
        const pipeline = redis.pipeline().set("a", 1).incr("a").hget("a", "f").get("a");
        expect(await pipeline.exec({ keepErrors: true })).toEqual([
          { result: "OK", error: undefined },
          { result: 2, error: undefined },
          expect.objectContaining({ error: expect.stringContaining("WRONGTYPE") }),
          { result: "2", error: undefined },
        ]);
      });

      it("transaction with a failing command → the others ran; with an unknown one → none", async () => {
        const body = (commands: unknown[]) => post(JSON.stringify(commands), {}, "/multi-exec");
        expect(
          await (
            await body([
              ["set", "a", "x"],
              ["incr", "a"],
              ["get", "a"],
            ])
          ).json(),
        ).toEqual([{ result: "OK" }, { error: "ERR value is not an integer or out of range" }, { result: "x" }]);
        const discarded = await body([["set", "a", "y"], ["frob"]]);
        expect([discarded.status, await discarded.json()]).toEqual([
          400,
          { error: "EXECABORT Transaction discarded because of previous errors." },
        ]);
        expect(await redis.get("a")).toBe("x");
        expect(await redis.multi().incr("n").eval("return redis.call('INCR', KEYS[1])", ["n"], []).exec()).toEqual([
          1, 2,
        ]);
      });

      it("script with two calls → three commands billed", async () => {
        const before = await backend.billedCommands();
        await lua("redis.call('SET', KEYS[1], 'v') return redis.call('GET', KEYS[1])", ["k"]);
        await redis.get("k");
        expect((await backend.billedCommands()) - before).toBe(4);
      });
    });

    describe("HTTP", () => {
      it("asked for base64 → every string but OK encoded; not asked → plain", async () => {
        const base64 = { "upstash-encoding": "base64" };
        expect(await (await post('["set","k",true]', base64)).json()).toEqual({ result: "OK" });
        expect(await (await post('["get","k"]', base64)).json()).toEqual({ result: "dHJ1ZQ==" });
        expect(await (await post('["get","k"]')).json()).toEqual({ result: "true" });
        expect(await (await post('["PING"]', base64)).json()).toEqual({ result: "UE9ORw==" });
        expect(await (await post("[\"eval\",\"return {1,'ok',{'x',2,false},{}}\",0]", base64)).json()).toEqual({
          result: [1, "b2s=", ["eA==", 2, null], []],
        });
      });

      it("token wrong or absent → 401 with WRONGPASS", async () => {
        await expect(clientOf(rest.url, "other").get("k")).rejects.toThrow("WRONGPASS");
        expect((await fetch(rest.url, { method: "POST", body: '["ping"]' })).status).toBe(401);
      });

      it("body that is no JSON, no command, or too long → 400, 400, 413", async () => {
        expect((await post("{")).status).toBe(400);
        expect((await post('{"a":1}')).status).toBe(400);
        expect((await post('["subscribe","x"]')).status).toBe(400);
        expect((await post("[]", {}, "/pipeline")).status).toBe(400);
        expect((await post(" ".repeat(30 * 1024 * 1024))).status).toBe(413);
        expect((await fetch(rest.url)).status).toBe(405);
      });

      it("value of 5 MB → comes back whole", async () => {
        const text = "é0".repeat(1_700_000);
        await redis.set("k", text);
        expect((await redis.get<string>("k")) === text).toBe(true);
      });
    });
  });
}
