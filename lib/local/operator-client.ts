/** How the commands of a person reach a relay: its address and token from the environment, and each refusal in words. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { COMMAND_HEADER } from "../core/audit.ts";

/** Where `npm start` keeps the token it makes, in its data directory. */
export const ADMIN_TOKEN_FILE = "admin-token";
const TIMEOUT_MS = 30_000;

/** Something a person can mend; its text holds no secret. */
export class AskError extends Error {}

export interface OperatorClient {
  url: string;
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>;
}

/** `given`: the address named on the command line. */
export function operatorClient(
  env: Record<string, string | undefined>,
  given: string | undefined,
  fetch_: typeof fetch = fetch,
): OperatorClient {
  const own = `http://127.0.0.1:${env.PORT?.trim() || "3000"}`;
  const url = (given ?? (env.PUBLIC_BASE_URL?.trim() || own)).replace(/\/+$/, "");
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new AskError(`${url} is not a URL: it begins with https://`);
  const token = adminToken(env);
  if (token === null) throw new AskError("ADMIN_TOKEN is not set: give it the value that the relay has");

  async function ask<T>(path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const response = await fetch_(`${url}/api/${path}`, {
      method: body === undefined ? "GET" : "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", [COMMAND_HEADER]: "1" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new AskError(`No answer from ${url}: ${cause instanceof Error ? cause.name : "unknown"}`);
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new AskError(refusalOf(response.status, answer));
    const read = schema.safeParse(answer);
    if (!read.success) throw new AskError(`${url} answers, but not as a relay of this version`);
    return read.data;
  }
  return {
    url,
    get: (path, schema) => ask(path, schema),
    post: (path, body, schema) => ask(path, schema, body),
  };
}

/** The one that is set, else the one that `npm start` made; null: neither. */
export const adminToken = (env: Record<string, string | undefined>): string | null =>
  env.ADMIN_TOKEN?.trim() || keptToken(env.DATA_DIR?.trim() || ".data");

function refusalOf(status: number, answer: unknown): string {
  if (status === 401) return "401 the token was refused: is ADMIN_TOKEN the one of the relay?";
  const said = typeof answer === "object" && answer !== null && "message" in answer ? `${answer.message}` : "";
  return `${status} ${said || "unexpected: is something in front of the relay?"}`;
}

function keptToken(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, ADMIN_TOKEN_FILE), "utf8").trim();
  } catch {
    return null;
  }
}
