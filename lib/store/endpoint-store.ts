/** How an endpoint is doing, kept for all processes. Gone from Redis means that nothing is known against it. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type EndpointStore, endpointStateSchema, UNTROUBLED } from "../core/endpoint-state.ts";
import { endpointKey } from "./keys.ts";
import { step } from "./redis.ts";

export function createEndpointStore(redis: Redis, endpoint: string): EndpointStore {
  const key = endpointKey(endpoint);
  return {
    async load() {
      const text = z
        .string()
        .nullable()
        .parse(await step("load endpoint", () => redis.get(key)));
      return text === null ? UNTROUBLED : (endpointStateSchema.safeParse(JSON.parse(text)).data ?? UNTROUBLED);
    },
    async save(state) {
      await step("save endpoint", () => redis.set(key, JSON.stringify(state)));
    },
  };
}
