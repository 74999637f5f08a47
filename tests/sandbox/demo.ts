/** `npm run demo`: the whole product on free loopback ports, with files dropped and records arriving before your eyes. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENV_NAMES } from "../../lib/env.ts";
import { buildOnce } from "../../lib/local/build-once.ts";
import { launch } from "../../lib/local/launch.ts";
import { callbackWall, pageWall, recordsWall } from "./demo-wall.ts";
import { startSandbox } from "./server.ts";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "12" },
    exit: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    callback: { type: "boolean", default: false },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const fileCount = Number(values.files);
if (!Number.isInteger(fileCount) || fileCount < 1 || fileCount > 200_000) {
  process.stderr.write("--files must be a whole number from 1 to 200000\n");
  process.exit(2);
}
/** A run that does not finish is a failure to be told, not waited for. */
const giveUpMs = 60_000 + fileCount * 50;

buildOnce(say);
const dataDir = await mkdtemp(join(tmpdir(), "relay-demo-"));
const destination = values.page ? "page" : values.callback ? "callback" : "records";
const sandbox = await startSandbox({ destination, facebookLogin: true });
const wall = { records: recordsWall, page: pageWall, callback: callbackWall }[destination](sandbox);
const adminToken = randomBytes(24).toString("base64url");
const relay = await launch({
  env: {
    ...nothingConfigured(),
    ...sandbox.env,
    ...wall.env,
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: values.verbose ? "info" : "error",
  },
  port: 0,
  host: "127.0.0.1",
  dev: false,
  dataDir,
  log: (line) => {
    if (values.verbose) say(JSON.stringify(line));
  },
});
if (relay.local === null) throw new Error("the demo runs on local services only");
say(`Sandbox (Dropbox folder and ${wall.what}): ${sandbox.url}`);
say(`Relay and its dashboard: ${relay.url}`);
say(`Log in with: ${adminToken}`);
say(`State and queue: ${relay.local.durable ? "redis-server, on disk" : "in memory"}`);

await until(() => relay.local?.idle() ?? true, 30_000);
const registered = await sandbox.dropbox.register(`${relay.url}/api/dropbox/webhook`);
if (!registered.ok) throw new Error(`the webhook was not accepted: ${registered.reason}`);
say("Webhook registered: the challenge was answered.\n");

const before = await relay.local.counts();
const requestsBefore = { dropbox: sandbox.dropbox.requests(), facebook: wall.requests() };
const droppedAt = Date.now();
wall.drop(fileCount);
say(`Dropped ${fileCount} file${fileCount === 1 ? "" : "s"} into the folder.`);

const latencies: number[] = [];
let told = droppedAt;
const finished = await until(() => {
  for (const { at, name } of wall.arrived().slice(latencies.length)) {
    latencies.push(at - droppedAt);
    if (latencies.length <= 20) say(`  ${String(at - droppedAt).padStart(6)} ms  ${name}`);
    else if (Date.now() - told > 1000) {
      told = Date.now();
      say(`  … ${latencies.length} of ${fileCount}`);
    }
  }
  return latencies.length >= fileCount;
}, giveUpMs);
// What comes twice comes a little later: wait until the queue has nothing left.
await until(() => relay.local?.idle() ?? true, 10_000);

const after = await relay.local.counts();
const records = wall.arrived().length;
const duplicates = wall.doubled();
latencies.sort((one, other) => one - other);
const at = (share: number) => latencies[Math.max(0, Math.ceil(latencies.length * share) - 1)] ?? null;
const summary = {
  files: fileCount,
  records,
  duplicates,
  firstMs: latencies[0] ?? null,
  allMs: latencies.at(-1) ?? null,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
  redisRequests: after.redisRequests - before.redisRequests,
  redisCommands: after.redisCommands - before.redisCommands,
  qstashMessages: after.qstashMessages - before.qstashMessages,
  dropboxRequests: sandbox.dropbox.requests() - requestsBefore.dropbox,
  facebookRequests: wall.requests() - requestsBefore.facebook,
};
const good = finished && records === fileCount && duplicates === 0;
say(
  `\n${good ? "Every file is there exactly once." : `NOT complete: ${records} of ${fileCount} records, ${duplicates} doubled.`}`,
);

const stop = async (code: number) => {
  await relay.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit(code);
};
if (values.exit) {
  say(JSON.stringify(summary));
  await stop(good ? 0 : 1);
}
say(`Open ${sandbox.url} to drop, edit, rename and delete files yourself. Ctrl+C ends the demo.`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop(0));

/**
 * The demo never touches a real account, whatever the shell or a .env file has set: an empty variable counts as unset,
 * and Next does not fill it from a file.
 */
function nothingConfigured(): Record<string, string> {
  return Object.fromEntries(ENV_NAMES.map((name) => [name, ""]));
}

async function until(done: () => boolean, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (!done()) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
