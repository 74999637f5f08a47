/**
 * `npm start`. Node.js 20 reads no TypeScript: what does, looks after the build in a process of its own and is gone before
 * the relay begins, which is the built launcher in this very process, so that signals reach it.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const prepared = spawnSync(
  process.execPath,
  ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("prepare.ts", import.meta.url))],
  { stdio: "inherit" },
);
if (prepared.status !== 0) process.exit(prepared.status ?? 1);
await import(pathToFileURL(resolve(".next/relay/start.mjs")).href);
