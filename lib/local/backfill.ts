/** `npm run backfill`: publishes what was in the folder before the relay, once a person has seen the plan. */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import nextEnv from "@next/env";
import { bulkAskSchema } from "../core/bulk.ts";
import { backfill, cancelBackfill, type Terminal } from "./follow-bulk.ts";
import { AskError, operatorClient } from "./operator-client.ts";

const say = (text: string) => void process.stdout.write(`${text}\n`);

const terminal: Terminal = {
  say,
  async confirm(question) {
    if (!process.stdin.isTTY) return false;
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await lines.question(`${question} [y/N] `);
    lines.close();
    return /^y(es)?$/i.test(answer.trim());
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

nextEnv.loadEnvConfig(process.cwd(), false, { info: () => undefined, error: () => undefined });
try {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: { url: text, link: text, folder: text, cancel: text, rules: flag, plan: flag, yes: flag },
  });
  const client = operatorClient(process.env, values.url);
  if (values.cancel !== undefined) await cancelBackfill(client, values.cancel, say);
  else {
    const which = values.rules ? "rules" : "all";
    const ask = bulkAskSchema.parse({ kind: "backfill", which, folder: values.folder ?? "" });
    const options = { ask, link: values.link ?? "", plan: values.plan, yes: values.yes };
    if (!(await backfill(client, options, terminal))) process.exitCode = 1;
  }
} catch (cause) {
  // A TypeError is an option that parseArgs does not know.
  if (!(cause instanceof AskError || cause instanceof TypeError)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  process.exitCode = 1;
}
