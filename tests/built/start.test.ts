import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { listens, startRelay } from "../support/relay-process.ts";
import { endRedis, redisRuns } from "./kept.ts";
import { until } from "./until.ts";

/** An empty directory: no build and no .env file in it. */
const bare = mkdtempSync(join(tmpdir(), "relay-start-"));
afterAll(() => rmSync(bare, { recursive: true, force: true }));
let serial = 0;
const freshDir = () => {
  serial += 1;
  return join(bare, `data-${serial}`);
};

/** Enough to start with; nothing of it is reached. */
const COMPLETE = {
  DROPBOX_API_URL: "http://127.0.0.1:9/dropbox",
  DROPBOX_CONTENT_URL: "http://127.0.0.1:9/dropbox",
  DROPBOX_APP_SECRET: "app-secret-of-the-test",
  DROPBOX_ACCESS_TOKEN: "access-token-of-the-test",
  FACEBOOK_API_URL: "http://127.0.0.1:9/v1/records",
  FACEBOOK_API_KEY: "api-key-of-the-test",
};

/** Starts where there is no build, waits for the end, and sees that nothing came of it. */
async function refused(env: Record<string, string>, port?: number) {
  const dataDir = freshDir();
  const relay = await startRelay({ env, dataDir, cwd: bare, ...(port === undefined ? {} : { port }) });
  const exit = await relay.exited;
  expect(exit).toEqual({ code: 1, signal: null });
  expect(relay.output()).not.toContain("No build yet");
  if (port === undefined) expect(await listens(relay.port)).toBe(false);
  expect(existsSync(dataDir)).toBe(false);
  return relay.output();
}

const namedIn = (output: string) => [...output.matchAll(/^ {2}- ([A-Z_]+):/gm)].map((match) => match[1]).sort();

describe.concurrent("npm start with a wrong environment", () => {
  it("nothing set → every missing variable named with where to get it, exit 1, nothing built, kept or listening", async () => {
    const output = await refused({});
    expect(namedIn(output)).toEqual(["DROPBOX_ACCESS_TOKEN", "DROPBOX_APP_SECRET", "FACEBOOK_API_KEY"]);
    expect(output).toContain("Dropbox App Console");
  });

  it("ten wrong values → all named at once, none of the values shown", async () => {
    const wrong = {
      DROPBOX_API_URL: "ftp://wrong-value",
      FACEBOOK_API_URL: "wrong-value",
      DROPBOX_FOLDER: "wrong-value",
      BACKFILL: "wrong-value",
      CONCURRENCY: "1000",
      SIZE_MAX_BYTES: "wrong-value",
      LOG_LEVEL: "wrong-value",
      ENCRYPTION_KEY: "wrong-value",
      REDIS_URL: "http://wrong-value",
      PORT: "70000",
    };
    const output = await refused({ ...COMPLETE, ...wrong });
    expect(namedIn(output)).toEqual(Object.keys(wrong).sort());
    expect(output).not.toContain("wrong-value");
    expect(output).not.toContain("of-the-test");
  });

  it("QSTASH_DEV set → refused", async () => {
    expect(namedIn(await refused({ ...COMPLETE, QSTASH_DEV: "true" }))).toEqual(["QSTASH_DEV"]);
  });

  it("half of Upstash → the other half asked for, nothing of ours in its place", async () => {
    const output = await refused({ ...COMPLETE, UPSTASH_REDIS_REST_TOKEN: "x" });
    expect(namedIn(output)).toEqual([
      "PUBLIC_BASE_URL",
      "QSTASH_CURRENT_SIGNING_KEY",
      "QSTASH_NEXT_SIGNING_KEY",
      "QSTASH_TOKEN",
      "UPSTASH_REDIS_REST_URL",
    ]);
  });

  it("port in use → named with what to do, beside what else is wrong", async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    const output = await refused({ ...COMPLETE, BACKFILL: "some" }, port);
    expect(namedIn(output)).toEqual(["BACKFILL", "PORT"]);
    expect(output).toContain(`${port} is in use`);
    await new Promise((resolve) => other.close(resolve));
  });

  it("HOST of another machine → named", async () => {
    expect(namedIn(await refused({ ...COMPLETE, HOST: "192.0.2.1" }))).toEqual(["HOST"]);
  });
});

describe.concurrent("npm start that cannot go on", () => {
  it("REDIS_URL where nobody answers → address and reason named, password not, exit 1", async () => {
    const port = await freePort();
    const env = { ...COMPLETE, REDIS_URL: `redis://user:pass-of-the-test@localhost:${port}` };
    const relay = await startRelay({ env, dataDir: freshDir() });
    expect(await relay.exited).toEqual({ code: 1, signal: null });
    expect(relay.output()).toMatch(new RegExp(`REDIS_URL at localhost:${port}.*ECONNREFUSED`));
    expect(relay.output()).not.toContain("of-the-test");
    expect(await listens(relay.port)).toBe(false);
  });

  it("a build that is damaged → exit 1, the file named, nothing kept, started or listening", async () => {
    const copy = join(bare, "damaged");
    // Without its sources, so that none is newer than it.
    cpSync(".next", join(copy, ".next"), { recursive: true, verbatimSymlinks: true });
    const file = ".next/server/middleware-manifest.json";
    writeFileSync(join(copy, file), "{");
    const dataDir = freshDir();
    const relay = await startRelay({ env: COMPLETE, dataDir, cwd: copy });
    expect(await relay.exited).toEqual({ code: 1, signal: null });
    expect(relay.output()).toContain(`The relay could not start: the build is damaged (${file})`);
    expect(existsSync(join(dataDir, "redis.log"))).toBe(false);
    expect(await redisRuns(dataDir)).toBe(false);
    expect(await listens(relay.port)).toBe(false);
  });
});

describe.concurrent("a signal", () => {
  const wayToEnd = [
    ["SIGTERM", 1],
    ["SIGINT", 1],
    // From the terminal, and passed on by a wrapper.
    ["SIGINT", 2],
  ] as const;

  it.each(wayToEnd)(
    "%s to an idle relay, %i times at once → exit 0 in seconds, redis-server gone",
    async (signal, times) => {
      const dataDir = freshDir();
      const relay = await startRelay({ env: COMPLETE, dataDir });
      await relay.ready();
      expect(await redisRuns(dataDir)).toBe(true);
      const askedAt = Date.now();
      const [exit] = await Promise.all(Array.from({ length: times }, () => relay.end(signal)));
      expect(exit).toEqual({ code: 0, signal: null });
      expect(Date.now() - askedAt).toBeLessThan(5_000);
      expect(await redisRuns(dataDir)).toBe(false);
      expect(await listens(relay.port)).toBe(false);
    },
  );

  it("SIGTERM while it starts → exit 0, redis-server gone", async () => {
    const dataDir = freshDir();
    const relay = await startRelay({ env: COMPLETE, dataDir });
    await until("redis-server", () => redisRuns(dataDir), 30_000);
    expect(relay.output()).not.toContain("The relay listens");
    expect(await relay.end()).toEqual({ code: 0, signal: null });
    expect(await redisRuns(dataDir)).toBe(false);
  });

  it("SIGKILL, and another start on the same data → goes on with the redis-server that was left", async () => {
    const dataDir = freshDir();
    const first = await startRelay({ env: COMPLETE, dataDir });
    await first.ready();
    await first.end("SIGKILL");
    expect(await redisRuns(dataDir)).toBe(true);
    const second = await startRelay({ env: COMPLETE, dataDir, port: first.port });
    await second.ready();
    expect(await second.end()).toEqual({ code: 0, signal: null });
    expect(await redisRuns(dataDir)).toBe(false);
    await endRedis(dataDir);
  });
});
