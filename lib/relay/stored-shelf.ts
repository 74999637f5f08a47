/** What is stored of a stored instance's bulk acts, made without any of its secrets: calling one off needs none. */
import type { Redis } from "@upstash/redis";
import { formerOutboxesOf, outboxOf } from "../core/instance.ts";
import { createStoredBackfill } from "../store/backfill-store.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import type { Shelf } from "./services.ts";

export function shelfOf(redis: Redis, { instance, version }: StoredInstance): Shelf {
  const { id, destinations } = instance;
  const outboxes = destinations.map((one) => ({
    name: outboxOf(id, one),
    former: formerOutboxesOf(instance, one),
    follows: false,
  }));
  return { id, bulk: createStoredBackfill(redis, { instance: id, version }, outboxes) };
}
