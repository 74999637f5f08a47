/** Renewed tokens, sealed, shared by all processes; and the lock that lets one process renew at a time. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { tokenKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { seal, unseal } from "./seal.ts";

const storedSchema = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() });
export type StoredToken = z.infer<typeof storedSchema>;

/** Longer than a refresh call may take, so that two never run at once. */
const LOCK_MS = 15_000;

export type TokenStore = ReturnType<typeof createTokenStore>;

export function createTokenStore(redis: Redis, key: Uint8Array, credential: string) {
  const keys = tokenKeys(credential);
  return {
    /** The stored token, or null when none was renewed yet, the encryption key changed, or it is not one we can use. */
    async load(): Promise<StoredToken | null> {
      const sealed = z
        .string()
        .nullable()
        .parse(await step("load token", () => redis.get(keys.token)));
      const text = sealed === null ? null : await unseal(key, sealed, keys.token);
      return text === null ? null : (storedSchema.safeParse(JSON.parse(text)).data ?? null);
    },
    async save(token: StoredToken): Promise<void> {
      const sealed = await seal(key, JSON.stringify(token), keys.token);
      await step("save token", () => redis.set(keys.token, sealed));
    },
    async lock(owner: string): Promise<boolean> {
      return (await step("lock token", () => redis.set(keys.lock, owner, { nx: true, px: LOCK_MS }))) !== null;
    },
    /** Gives the lock back if it is still ours; otherwise it has expired and may be another's. */
    async unlock(owner: string): Promise<void> {
      if ((await step("unlock token", () => redis.get(keys.lock))) === owner) {
        await step("unlock token", () => redis.del(keys.lock));
      }
    },
  };
}
