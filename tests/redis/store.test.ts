import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { startRedisServer } from "@/lib/local/redis/server-process.ts";
import { describeActs } from "../contract/act-suite.ts";
import { describeBulks } from "../contract/bulk-suite.ts";
import { describeElementsStores } from "../contract/elements-suite.ts";
import { describeEndpoints } from "../contract/endpoint-suite.ts";
import { describeFormerOutbox } from "../contract/former-outbox-suite.ts";
import { describeInstanceStore } from "../contract/instance-suite.ts";
import { describePostBudget } from "../contract/post-budget-suite.ts";
import { describeStore } from "../contract/store-suite.ts";
import { describeTally } from "../contract/tally-suite.ts";

const dir = mkdtempSync(join(tmpdir(), "redis-store-"));
const starting = startRedisServer({ dir });

afterAll(async () => {
  const server = await starting;
  if (!("kind" in server)) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function backend() {
  const server = await starting;
  if ("kind" in server) throw new Error("These tests need a real Redis: apt-get install redis-server");
  return server.backend;
}

describeStore("store on a real redis-server", backend);
describePostBudget("post budget on a real redis-server", backend);
describeInstanceStore("instances on a real redis-server", backend);
describeActs("acts on a real redis-server", backend);
describeBulks("bulk acts on a real redis-server", backend);
describeElementsStores("stores of the compatible interface on a real redis-server", backend);
describeEndpoints("endpoints on a real redis-server", backend);
describeFormerOutbox("former outbox on a real redis-server", backend);
describeTally("tally on a real redis-server", backend);
