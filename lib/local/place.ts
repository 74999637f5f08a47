/** Where this relay is to run, from the shell and the .env files. */
import nextEnv from "@next/env";
import type { Place } from "./check-environment.ts";

export function readPlace(dev: boolean): Place & { dataDir: string } {
  // CommonJS without names that Node could see.
  nextEnv.loadEnvConfig(process.cwd(), dev);
  return {
    env: { ...process.env },
    port: Number(process.env.PORT?.trim() || "3000"),
    host: process.env.HOST?.trim() || "127.0.0.1",
    /** Where Redis keeps its append-only file, and the key that seals tokens: one directory for each relay on a machine. */
    dataDir: process.env.DATA_DIR?.trim() || ".data",
  };
}

/** Why a start was given up, in words for the terminal. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : "unknown");
