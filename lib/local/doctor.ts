/**
 * `npm run doctor`: the checklist of /setup in a terminal, from the same code. On one machine Redis and the queue are the
 * running relay's own, so it is the one to ask; `--url` asks another deployment. Exit code 1 when something is wrong.
 */
import { parseArgs } from "node:util";
import nextEnv from "@next/env";
import { EnvError, parseEnv } from "../env.ts";
import { createContext, realWorld } from "../relay/context.ts";
import type { Check } from "../setup/check.ts";
import { checkSetup } from "../setup/checklist.ts";
import { checksSchema, reportOf } from "../setup/report.ts";
import { checkEnvironment } from "./check-environment.ts";
import { adminToken } from "./operator-client.ts";

/** The checks there have their own limits, of ten seconds each and all at once. */
const TIMEOUT_MS = 30_000;

nextEnv.loadEnvConfig(process.cwd());
const { values } = parseArgs({ options: { url: { type: "string" } } });

try {
  const { lines, exitCode } = reportOf(await look());
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exit(exitCode);
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : "failed"}\n`);
  process.exit(1);
}

async function look(): Promise<readonly Check[]> {
  const port = process.env.PORT?.trim() || "3000";
  if (values.url !== undefined) return ask(values.url);
  // Its port may well be taken, by the relay itself.
  const { isLocal } = await checkEnvironment({ env: process.env, port: 0, host: "127.0.0.1", dataDir: null });
  if (isLocal) return ask(`http://127.0.0.1:${port}`);
  return checkSetup(createContext(parseEnv(process.env), realWorld()).setup);
}

async function ask(url: string): Promise<readonly Check[]> {
  const token = adminToken(process.env);
  if (token === null) throw new EnvError(["ADMIN_TOKEN: needed to ask a running relay; the same as there"]);
  const response = await fetch(new URL("/api/setup", url), {
    headers: { authorization: `Bearer ${token}` },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null);
  if (response === null) throw new Error(`Nothing answers at ${url}: is the relay running there? npm start`);
  if (response.status === 401) throw new Error(`The relay at ${url} has another ADMIN_TOKEN.`);
  if (response.status === 503) throw new Error(`The relay at ${url} has no ADMIN_TOKEN: set it there too.`);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: its log has the reason.`);
  return checksSchema.parse(await response.json()).checks;
}
