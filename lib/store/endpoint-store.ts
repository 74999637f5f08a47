/** How an endpoint is doing, kept for all processes. Gone from Redis means that nothing is known against it. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type EndpointState, type EndpointStore, endpointStateSchema, UNTROUBLED } from "../core/endpoint-state.ts";
import { endpointKey, endpointKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { PUT_ENDPOINT } from "./scripts/put-endpoint.ts";

/** Bodies whose answers come at the same moment; one that loses so often tells what its next answer tells as well. */
const TRIES_MAX = 5;

/** As it is stored; "": nothing is. */
export const stateOf = (text: string): EndpointState =>
  text === "" ? UNTROUBLED : (endpointStateSchema.safeParse(JSON.parse(text)).data ?? UNTROUBLED);

/** `forget`: it is called again as if nothing had ever been wrong. */
export function createEndpointStore(redis: Redis, endpoint: string): EndpointStore & { forget(): Promise<void> } {
  const key = endpointKey(endpoint);
  const put = redis.createScript(PUT_ENDPOINT);
  return {
    async load() {
      const text = z
        .string()
        .nullable()
        .parse(await step("load endpoint", () => redis.get(key)));
      return stateOf(text ?? "");
    },

    async update(seen, next) {
      let before = seen;
      let believed = seen === UNTROUBLED ? "" : JSON.stringify(seen);
      for (let tried = 0; tried < TRIES_MAX; tried += 1) {
        const after = next(before);
        if (after === before) return { before, after };
        const raw = await step("put endpoint", () => put.exec([key], [believed, JSON.stringify(after)]));
        const [kind, current = ""] = z.array(z.string()).parse(raw);
        if (kind === "stored") return { before, after };
        before = stateOf(current);
        believed = current;
      }
      return { before, after: before };
    },

    async forget() {
      await step("forget endpoint", () => redis.unlink(...endpointKeys(endpoint)));
    },
  };
}
