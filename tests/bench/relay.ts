/** The relay by the launcher of `npm start`, with the same log, in a process that also tells what it used. */
import { createLog } from "@/lib/log.ts";
import { launch } from "../../lib/local/launch.ts";
import { serve } from "./child.ts";
import { watchOwnUsage } from "./own-usage.ts";

const usage = watchOwnUsage();
const logger = createLog("info");
const relay = await launch({
  env: { ...process.env },
  port: 0,
  host: "127.0.0.1",
  dev: false,
  dataDir: process.env.BENCH_DATA_DIR ?? null,
  log: (line) => {
    if (!("event" in line) || line.event !== "queue.message") logger.warn(line);
  },
});
const { local, url } = relay;
if (local === null) throw new Error("the benchmark runs on local services only");

serve(
  {
    ready: () => ({ url, durable: local.durable }),
    usage,
    counts: () => local.counts(),
    idle: () => local.idle(),
  },
  () => relay.close(),
);
