/** State and queue alone, as Upstash is for a deployment: for the relay behind `next start`, as Vercel would run it. */
import { startLocalServices } from "../../lib/local/local-services.ts";
import { serve } from "./child.ts";

const relayUrl = process.env.BENCH_RELAY_URL ?? "";
const services = await startLocalServices({
  redisUrl: null,
  dataDir: process.env.BENCH_DATA_DIR ?? null,
  publicBaseUrl: relayUrl,
  loopbackBaseUrl: relayUrl,
  log: (line) => {
    if (!("event" in line) || line.event !== "queue.message") console.error(JSON.stringify(line));
  },
});

serve(
  {
    ready: () => ({ env: services.env, durable: services.durable }),
    counts: () => services.counts(),
    idle: () => services.idle(),
  },
  () => services.close(),
);
