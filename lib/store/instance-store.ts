/**
 * Connector instances in Redis. Whoever changes one says which version it read, so that two writers do not undo each
 * other. The row lies under the instance and under its account: a notification reads all of its account in one request.
 */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { ACCOUNT_INSTANCES_MAX, type Instance, instanceSchema } from "../core/instance.ts";
import { createHurry } from "./hurry.ts";
import {
  accountKey,
  bulksOf,
  elementTokenKey,
  endingKeys,
  endpointKeys,
  INSTANCE_KEYS,
  instanceKey,
  outboxKeys,
  sourceKeys,
  tokenKeys,
} from "./keys.ts";
import { step } from "./redis.ts";
import { PUT_INSTANCE } from "./scripts/put-instance.ts";
import { REMOVE_INSTANCE } from "./scripts/remove-instance.ts";
import { type Sealed, sealedSchema } from "./vault.ts";

const rowSchema = z.object({ version: z.number().int().positive(), instance: instanceSchema, sealed: sealedSchema });

export interface StoredInstance {
  instance: Instance;
  /** Grows by one with each change. */
  version: number;
  sealed: Sealed;
}

export type Put = { kind: "stored"; stored: StoredInstance } | { kind: "stale" } | { kind: "full" };

export type InstanceStore = ReturnType<typeof createInstanceStore>;

/** `unreadable` is told of a row that is none of ours: it stops nobody else's. */
export function createInstanceStore(redis: Redis, unreadable: (row: string) => void) {
  const put = redis.createScript(PUT_INSTANCE);
  const remove = redis.createScript(REMOVE_INSTANCE);

  function readable(rows: readonly (string | null)[]): StoredInstance[] {
    return rows.flatMap((row) => {
      if (row === null) return []; // removed since its id was read
      const parsed = parseRow(row);
      if (parsed === null) unreadable(row.slice(0, 40));
      return parsed ?? [];
    });
  }

  return {
    /** An id that no instance has had. */
    async nextId(): Promise<string> {
      return String(z.coerce.number().parse(await step("next instance", () => redis.incr(INSTANCE_KEYS.last))));
    },

    /** `before`: as it was read; null for a new one. `stamp` is fresh for each change. */
    async put(
      next: Pick<StoredInstance, "instance" | "sealed">,
      before: StoredInstance | null,
      stamp: string,
    ): Promise<Put> {
      const { instance, sealed } = next;
      const stored: StoredInstance = { version: (before?.version ?? 0) + 1, instance, sealed };
      const keys = [
        instanceKey(instance.id),
        INSTANCE_KEYS.all,
        accountKey(instance.account),
        accountKey(before?.instance.account ?? instance.account),
        sourceKeys(instance.id).source,
        sourceKeys(instance.id).lease,
      ];
      const isElsewhere = before !== null && before.instance.folder !== instance.folder;
      const raw = await step("put instance", () =>
        put.exec(keys, [
          instance.id,
          `${before?.version ?? 0}`,
          `${stored.version}`,
          stamp,
          JSON.stringify(stored),
          `${ACCOUNT_INSTANCES_MAX}`,
          isElsewhere ? "1" : "0",
        ]),
      );
      const [kind] = z.tuple([z.enum(["stored", "stale", "full"])]).parse(raw);
      return kind === "stored" ? { kind, stored } : { kind };
    },

    async get(id: string): Promise<StoredInstance | null> {
      const row = await step("read instance", () => redis.hget(instanceKey(id), "row"));
      return readable([z.string().nullable().parse(row)])[0] ?? null;
    },

    /** All of one Dropbox account: one request. */
    async ofAccount(account: string): Promise<StoredInstance[]> {
      const raw = await step("read instances of an account", () => redis.hvals(accountKey(account)));
      return readable(z.array(z.string()).parse(raw));
    },

    /** The instances of rows that another request brought along. */
    read: readable,

    /**
     * The next `limit` instances by id, after this one ("0": from the first): two requests, however many there are, and
     * two more where a row cannot be read. Fewer only when there are no more.
     */
    async page(after: string, limit: number): Promise<StoredInstance[]> {
      const found: StoredInstance[] = [];
      let last = after;
      while (found.length < limit) {
        const count = limit - found.length;
        const raw = await step("list instances", () =>
          redis.zrange(INSTANCE_KEYS.all, `(${Number(last)}`, "+inf", { byScore: true, offset: 0, count }),
        );
        const ids = z.array(z.string()).parse(raw);
        if (ids.length > 0) {
          const asked = redis.pipeline();
          for (const id of ids) asked.hget(instanceKey(id), "row");
          const rows = z.array(z.string().nullable()).parse(await step("read instances", () => asked.exec()));
          found.push(...readable(rows));
        }
        last = ids.at(-1) ?? last;
        if (ids.length < count) break;
      }
      return found;
    },

    async count(): Promise<number> {
      return z.coerce.number().parse(await step("count instances", () => redis.zcard(INSTANCE_KEYS.all)));
    },

    /** With its cursor, its known files and all that waited for it, in one step: no crash leaves a part of it behind. */
    async remove(stored: StoredInstance, endpoints: readonly string[] = []): Promise<"removed" | "stale"> {
      const { instance, version } = stored;
      const { id, account, outboxes } = instance;
      const own = outboxes.flatMap((outbox) => {
        const { due, ...flat } = outboxKeys(outbox);
        return [...Object.values(flat), ...Object.values(due)];
      });
      const keys = [instanceKey(id), INSTANCE_KEYS.all, accountKey(account), elementTokenKey(id)];
      keys.push(...Object.values(sourceKeys(id)), bulksOf(id), ...own, ...endpoints.flatMap(endpointKeys));
      const raw = await step("remove instance", () => remove.exec(keys, [instance.id, `${version}`]));
      return z.tuple([z.enum(["removed", "stale"])]).parse(raw)[0];
    },

    /** Forgets the tokens that were renewed or derived under these names, and what was found of when they end. */
    async forgetTokens(credentials: readonly string[]): Promise<void> {
      const keys = credentials.flatMap((name) => [tokenKeys(name).token, ...Object.values(endingKeys(name))]);
      if (keys.length > 0) await step("forget tokens", () => redis.unlink(...keys));
    },

    /** Whether anything is known against an endpoint of these names. */
    async knowsOf(endpoints: readonly string[]): Promise<boolean> {
      if (endpoints.length === 0) return false;
      return (await step("look for endpoints", () => redis.exists(...endpoints.flatMap(endpointKeys)))) > 0;
    },

    async forgetEndpoints(endpoints: readonly string[]): Promise<void> {
      if (endpoints.length > 0) await step("forget endpoints", () => redis.unlink(...endpoints.flatMap(endpointKeys)));
    },

    hurry: createHurry(redis),
  };
}

function parseRow(row: string): StoredInstance | null {
  try {
    return rowSchema.parse(JSON.parse(row));
  } catch {
    return null; // not JSON, or not what we write
  }
}
