/** `npm run bench`: the built relay against the sandbox, and three floors beside it, in one run. `--full`: 100,000 files too. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENV_NAMES } from "../../lib/env.ts";
import { buildOnce } from "../../lib/local/build-once.ts";
import { endRedis } from "../built/kept.ts";
import { freePort } from "../support/relay-process.ts";
import { type AckOptions, measureAcks, measureHalfLoad, type Target } from "./acks.ts";
import { type Child, ROOT, startChild } from "./child.ts";
import { costOf1000 } from "./cost.ts";
import { type FilesOptions, measureBulk, measureFirstRecord } from "./files.ts";
import { pictureOf } from "./picture.ts";
import { type Results, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    /** For a look while working: fewer and shorter measurements. */
    quick: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
const CONCURRENCY = 16;

const dir = mkdtempSync(join(tmpdir(), "relay-bench-"));
const children: Child[] = [];
const dataDirs = ["start", "plain"].map((name) => join(dir, name));
const logTo = (name: string) => join(dir, `${name}.log`);
function start(file: string, name: string, env: Record<string, string> = {}): Child {
  const child = startChild(file, { env, logTo: logTo(name) });
  children.push(child);
  return child;
}

buildOnce(say);
say("Building the bare Next application of floor (b) …");
const floorApp = join(ROOT, "tests/bench/floor-next");
const built = spawnSync(process.execPath, [join(ROOT, "node_modules/next/dist/bin/next"), "build", floorApp], {
  stdio: ["ignore", "ignore", 2],
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
});
if (built.status !== 0) throw new Error("the build of floor (b) failed");

const loadBefore = loadavg();
const startedAt = new Date();
try {
  const sandbox = start("sandbox.ts", "sandbox");
  const { env: settings, accountId } = await sandbox.ask<{ env: Record<string, string>; accountId: string }>("ready");
  // Nothing of the shell's: the measurement never touches a real account.
  const env = { ...Object.fromEntries(ENV_NAMES.map((name) => [name, ""])), ...settings };
  const load = start("load.ts", "load");
  await load.ask("ready");
  const relay = start("relay.ts", "relay", { ...env, BENCH_DATA_DIR: join(dir, "start") });
  const { url, durable } = await relay.ask<{ url: string; durable: boolean }>("ready");
  if (!durable) throw new Error("redis-server is not installed: acks would not be durable");

  const results: Results = {};
  if (values.only === undefined || values.only === "files") {
    const loop = start("floor-loop.ts", "loop", env);
    await loop.ask("ready");
    await sandbox.ask("register", `${url}/api/dropbox/webhook`);
    const options: FilesOptions = { relay, sandbox, loop, concurrency: CONCURRENCY, relayLog: logTo("relay") };
    say("Files …");
    await measureBulk(options, 200, 1); // warm
    results.firstRecord = await measureFirstRecord(options, values.quick ? 10 : 30);
    say(JSON.stringify(results.firstRecord));
    const sizes: [number, number][] = [
      [1, 5],
      [100, 5],
      [1_000, 5],
      [10_000, 1],
      ...(values.full ? ([[100_000, 1]] as [number, number][]) : []),
    ];
    const bulk: NonNullable<Results["bulk"]> = [];
    for (const [files, times] of values.quick ? sizes.slice(2, 4) : sizes) {
      bulk.push(await measureBulk(options, files, times));
      say(JSON.stringify(bulk.at(-1)));
    }
    results.bulk = bulk;
    await sandbox.ask("unregister");
    await loop.stop();
  }
  if (values.only === undefined || values.only === "acks") {
    const httpFloor = start("floor-http.ts", "floor-http", env);
    const nextPorts = [await freePort(), await freePort()] as const;
    const nextFloor = start("next-app.ts", "floor-next", {
      ...env,
      BENCH_APP: floorApp,
      BENCH_PORT: `${nextPorts[0]}`,
    });
    const plainUrl = `http://127.0.0.1:${nextPorts[1]}`;
    const services = start("services.ts", "services", {
      BENCH_DATA_DIR: join(dir, "plain"),
      BENCH_RELAY_URL: plainUrl,
    });
    const { env: upstash } = await services.ask<{ env: Record<string, string> }>("ready");
    const plain = start("next-app.ts", "plain", {
      ...env,
      ...upstash,
      PUBLIC_BASE_URL: plainUrl,
      BENCH_APP: ROOT,
      BENCH_PORT: `${nextPorts[1]}`,
    });
    const targets: Target[] = [
      { name: "node:http floor", url: (await httpFloor.ask<{ url: string }>("ready")).url, queue: null },
      { name: "Next floor", url: (await nextFloor.ask<{ url: string }>("ready")).url, queue: null },
      { name: "relay, plain Next routes", url: (await plain.ask<{ url: string }>("ready")).url, queue: services },
      { name: "relay, npm start", url, queue: relay },
    ];
    say("Acks …");
    const options: AckOptions = {
      load,
      secret: settings.DROPBOX_APP_SECRET ?? "",
      account: accountId,
      seconds: values.quick ? 1 : 3,
      rounds: values.quick ? 1 : 3,
    };
    const acks = await measureAcks(targets, options);
    for (const one of acks) say(JSON.stringify(one));
    results.acks = acks;
    results.halfLoad = await measureHalfLoad(targets, acks, options);
    say(JSON.stringify(results.halfLoad));
  }
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    node: process.version,
    loadBefore,
    loadAfter: loadavg(),
  };
  const costs = results.bulk?.map((bulk) => ({ files: bulk.files, ...costOf1000(bulk) }));
  const latest = { at: startedAt, machine, ...results, costOf1000: costs };
  writeFileSync(join(ROOT, "tests/bench/latest.json"), `${JSON.stringify(latest, null, 2)}\n`);
  writeFileSync(join(ROOT, "tests/bench/latest.svg"), pictureOf(results));
  process.stdout.write(`${tableOf(results)}\n\n`);
  say("Written: tests/bench/latest.json, tests/bench/latest.svg");
} finally {
  for (const child of children.reverse()) await child.stop();
  for (const dataDir of dataDirs) await endRedis(dataDir);
  rmSync(dir, { recursive: true, force: true });
}
