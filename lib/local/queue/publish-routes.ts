/** Publishing, one message or many. */

import type { PublishOrder } from "./publish-headers.ts";
import type { Published } from "./publisher.ts";
import { Refusal, StorageGone } from "./refusal.ts";
import type { Route } from "./routes.ts";

/** Reads a message's headers; throws a Refusal. */
export type ReadOrder = (url: string, headers: Headers, body: Buffer, callerIp: string) => PublishOrder;

export interface PublishRoutesOptions {
  order: ReadOrder;
  publish(order: PublishOrder): Promise<Published>;
  keys: { current: string; next: string };
}

export function publishRoutes({ order, publish, keys }: PublishRoutesOptions): Route[] {
  async function publishEntry(entry: unknown, callerIp: string): Promise<Published | { error: string }> {
    try {
      const { destination, headers, body } = checkEntry(entry);
      return await publish(order(destination, headers, body, callerIp));
    } catch (error) {
      if (error instanceof Refusal && !(error instanceof StorageGone)) return { error: error.message };
      throw error;
    }
  }

  return [
    [
      "POST",
      /^\/v2\/publish\/(.*)$/s,
      async (url, { headers, body, callerIp }) => {
        const published = await publish(order(url, headers, body, callerIp));
        return Response.json(published, { status: published.deduplicated ? 202 : 200 });
      },
    ],
    [
      "POST",
      /^\/v2\/batch$/,
      async (_, { body, callerIp }) => {
        const entries = readJson(body);
        if (!Array.isArray(entries)) throw new Refusal(400, "batch must be an array");
        return Response.json(await Promise.all(entries.map((entry) => publishEntry(entry, callerIp))));
      },
    ],
    ["GET", /^\/v2\/keys$/, async () => Response.json(keys)],
  ];
}

function checkEntry(entry: unknown): { destination: string; headers: Headers; body: Buffer } {
  const { destination, headers, body } = (entry ?? {}) as Record<string, unknown>;
  if (typeof destination !== "string") throw new Refusal(400, "batch entry has no destination");
  try {
    const text = typeof body === "string" ? body : "";
    return { destination, headers: new Headers((headers ?? {}) as Record<string, string>), body: Buffer.from(text) };
  } catch {
    throw new Refusal(400, "batch entry has unreadable headers");
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, "body is not JSON");
  }
}
