import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { startRedisServer } from "@/lib/local/redis/server-process.ts";
import { describeStore } from "../contract/store-suite.ts";

const dir = mkdtempSync(join(tmpdir(), "redis-store-"));
const starting = startRedisServer({ dir });

afterAll(async () => {
  const server = await starting;
  if (!("kind" in server)) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describeStore("store on a real redis-server", async () => {
  const server = await starting;
  if ("kind" in server) throw new Error("These tests need a real Redis: apt-get install redis-server");
  return server.backend;
});
