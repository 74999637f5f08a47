/** `npm run schedule`: creates the five-minute sweep at QStash, once a deployment. Repeating it changes nothing. */
import nextEnv from "@next/env";
import { EnvError, parseEnv } from "../env.ts";
import { createQueue } from "../queue/client.ts";

nextEnv.loadEnvConfig(process.cwd());
try {
  const env = parseEnv(process.env);
  const queue = createQueue({
    url: env.QSTASH_URL,
    token: env.QSTASH_TOKEN,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    jobSeconds: 300,
  });
  await queue.scheduleSweep("*/5 * * * *");
  await queue.enqueue([{ job: { job: "sweep" } }]);
  process.stdout.write(
    `QStash sweeps ${env.PUBLIC_BASE_URL} every five minutes from now on; the first sweep is on its way.\n`,
  );
} catch (cause) {
  process.stderr.write(`${cause instanceof EnvError || cause instanceof Error ? cause.message : "failed"}\n`);
  process.exit(1);
}
