/** `npm run bench`: the built relay against the sandbox, and three floors beside it, in one run. `--full`: 100,000 files too. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildOnce } from "../../lib/local/build-once.ts";
import { type AckOptions, measureAcks, measureHalfLoad, type Target } from "./acks.ts";
import { ROOT } from "./child.ts";
import { costOf1000 } from "./cost.ts";
import { type FilesOptions, measureBulk, measureFirstRecord } from "./files.ts";
import { pictureOf } from "./picture.ts";
import { createStage, FLOOR_APP, type Stage } from "./stage.ts";
import { type Results, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    /** Fewer and shorter measurements: for a look while working. */
    quick: { type: "boolean", default: false },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
/** The default of CONCURRENCY, and as wide as the plain loop. */
const CONCURRENCY = 16;
/** Files at once, and how often. */
const SIZES: [number, number][] = [
  [1, 5],
  [100, 5],
  [1_000, 5],
  [10_000, 1],
  ...(values.full ? [[100_000, 1] as [number, number]] : []),
];

async function measureFiles(options: FilesOptions): Promise<Pick<Results, "firstRecord" | "bulk">> {
  await measureBulk(options, 1_000, 1); // compiles what is hot
  say("One file to its record …");
  const firstRecord = await measureFirstRecord(options, values.quick ? 10 : 30);
  const bulk: NonNullable<Results["bulk"]> = [];
  for (const [files, times] of values.quick ? SIZES.slice(2) : SIZES) {
    say(`${files} files at once …`);
    bulk.push(await measureBulk(options, files, values.quick ? 1 : times));
  }
  return { firstRecord, bulk };
}

async function measureNotifications(
  targets: Target[],
  options: AckOptions,
): Promise<Pick<Results, "acks" | "halfLoad">> {
  say("Notifications, as many as are answered …");
  const acks = await measureAcks(targets, options);
  say("Notifications, half as many …");
  return { acks, halfLoad: await measureHalfLoad(targets, acks, options) };
}

async function measureAll(stage: Stage): Promise<Results> {
  const { sandbox, env, accountId } = await stage.sandbox();
  const { relay, url } = await stage.relay(env);
  const loop = stage.start("floor-loop.ts", "loop", env);
  await sandbox.ask("register", `${url}/api/dropbox/webhook`);
  const files = await measureFiles({ relay, sandbox, loop, concurrency: CONCURRENCY, relayLog: stage.logOf("relay") });
  await sandbox.ask("unregister");
  const targets = [...(await stage.ackTargets(env)), { name: "relay, npm start" as const, url, queue: relay }];
  const notifications = await measureNotifications(targets, {
    load: stage.start("load.ts", "load"),
    secret: env.DROPBOX_APP_SECRET ?? "",
    account: accountId,
    seconds: values.quick ? 1 : 3,
    rounds: values.quick ? 1 : 3,
  });
  return { ...files, ...notifications };
}

buildOnce(say);
say("Building the bare Next application of floor (b) …");
const built = spawnSync(process.execPath, [join(ROOT, "node_modules/next/dist/bin/next"), "build", FLOOR_APP], {
  stdio: ["ignore", "ignore", 2],
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
});
if (built.status !== 0) throw new Error("the build of floor (b) failed");

const at = new Date();
const loadBefore = loadavg();
const stage = createStage();
try {
  const results = await measureAll(stage);
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model,
    node: process.version,
    loadBefore,
    loadAfter: loadavg(),
  };
  const costs = results.bulk?.map((bulk) => ({ files: bulk.files, usd: costOf1000(bulk) }));
  const latest = { at, machine, ...results, costOf1000: costs };
  writeFileSync(join(ROOT, "tests/bench/latest.json"), `${JSON.stringify(latest, null, 2)}\n`);
  writeFileSync(join(ROOT, "tests/bench/latest.svg"), pictureOf(results));
  process.stdout.write(`${tableOf(results)}\n\n`);
  say(
    `Load of the machine before and after: ${loadBefore
      .concat(machine.loadAfter)
      .map((one) => one.toFixed(1))
      .join(" ")}`,
  );
  say("Written: tests/bench/latest.json, tests/bench/latest.svg");
} finally {
  await stage.clear();
}
