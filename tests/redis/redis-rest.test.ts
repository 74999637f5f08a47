import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startRedisServer } from "@/lib/local/redis/server-process.ts";
import { describeRedis } from "../contract/redis-commands.ts";

const dirs: string[] = [];
const freshDir = () => {
  const dir = mkdtempSync(join(tmpdir(), "redis-"));
  dirs.push(dir);
  return dir;
};

async function startIn(dir: string) {
  const server = await startRedisServer({ dir });
  if ("kind" in server) throw new Error("These tests need a real Redis: apt-get install redis-server");
  return server;
}

const shared = startIn(freshDir());
shared.catch(() => {});

afterAll(async () => {
  await (await shared.catch(() => null))?.stop();
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

describeRedis("redis-server over REST", async () => (await shared).backend);

describe("redis-server of our own", () => {
  it("stopped and started again → keeps what it held, in a directory only we can enter", async () => {
    const dir = join(freshDir(), "data");
    const first = await startIn(dir);
    await first.backend.command(["SET", "k", "v"]);
    await first.stop();
    await expect(first.backend.command(["GET", "k"])).rejects.toThrow();
    const second = await startIn(dir);
    expect(String(await second.backend.command(["GET", "k"]))).toBe("v");
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    await second.stop();
  });

  it("parent killed → server found again, same process, and stopped by its new owner", async () => {
    const dir = freshDir();
    const parent = spawnParent(dir);
    const pid = Number(await firstLine(parent));
    parent.kill("SIGKILL");
    await once(parent, "exit");
    const server = await startIn(dir);
    expect(server.pid).toBe(pid);
    expect(String(await server.backend.command(["GET", "from"]))).toBe("parent");
    await server.stop();
    const next = await startIn(dir);
    expect(next.pid).not.toBe(pid);
    await next.stop();
  });

  it("killed itself → pending commands reject, and a new one starts with what was stored", async () => {
    const dir = freshDir();
    const first = await startIn(dir);
    await first.backend.command(["SET", "k", "v"]);
    const pending = first.backend.command(["EVAL", "while true do end", "0"]);
    process.kill(first.pid ?? 0, "SIGKILL");
    await expect(pending).rejects.toThrow("connection to Redis");
    const second = await startIn(dir);
    expect(String(await second.backend.command(["GET", "k"]))).toBe("v");
    await first.backend.close();
    await second.stop();
  });

  it("socket path too long, but short from here → started", async () => {
    const base = freshDir();
    const before = process.cwd();
    process.chdir(base);
    try {
      const server = await startIn(join(base, "d".repeat(60)));
      expect(await server.backend.command(["PING"])).toEqual({ status: "PONG" });
      await server.stop();
      await expect(startIn(join(base, "d".repeat(60), "e".repeat(60)))).rejects.toThrow("too long (over 100 bytes)");
    } finally {
      process.chdir(before);
    }
  });

  it("append-only file it cannot read → error with the server's last lines", async () => {
    const dir = freshDir();
    mkdirSync(join(dir, "appendonlydir"));
    writeFileSync(join(dir, "appendonlydir", "appendonly.aof.manifest"), "no manifest\n");
    await expect(startIn(dir)).rejects.toThrow(/did not start: it ended with code 1[\s\S]*AOF/);
  });

  it("no such program → says so", async () => {
    const before = process.env.PATH;
    process.env.PATH = freshDir();
    try {
      expect(await startRedisServer({ dir: freshDir() })).toEqual({ kind: "notInstalled" });
    } finally {
      process.env.PATH = before;
    }
  });
});

/** Another process that starts a server in `dir`, prints its id, and stays. */
function spawnParent(dir: string): ChildProcess {
  const script = `
    import { startRedisServer } from ${JSON.stringify(new URL("../../lib/local/redis/server-process.ts", import.meta.url).href)};
    const server = await startRedisServer({ dir: ${JSON.stringify(dir)} });
    await server.backend.command(["SET", "from", "parent"]);
    console.log(server.pid);
    setInterval(() => {}, 1000);
  `;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk).trim();
  throw new Error("the parent ended before it started a server");
}
