/**
 * Tokens by which a program reaches one instance. A token begins with its instance's id, so that finding its owner is one
 * read; only a hash is stored, so that whoever reads the database cannot call with what is there.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { INSTANCE_ID } from "../core/instance.ts";
import { isSameSecret } from "../core/same-secret.ts";
import { elementTokenKey } from "./keys.ts";
import { step } from "./redis.ts";

export type ElementTokens = ReturnType<typeof createElementTokens>;

const TOKEN = /^el_(\d{1,15})_([A-Za-z0-9_-]{43})$/;

/** Drawn at random with 256 bits, so that a fast hash is as good as a slow one. */
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export function createElementTokens(redis: Redis) {
  return {
    /** The only time it is seen; the former one ends. */
    async issue(instance: string): Promise<string> {
      const token = `el_${instance}_${randomBytes(32).toString("base64url")}`;
      await step("store token", () => redis.set(elementTokenKey(instance), hashOf(token)));
      return token;
    },

    /** The instance it is of; null for a token that is nobody's. One command, and none for what has not its form. */
    async ownerOf(token: string): Promise<string | null> {
      const [, instance = ""] = TOKEN.exec(token) ?? [];
      if (!INSTANCE_ID.test(instance)) return null;
      const stored = await step("read token", () => redis.get(elementTokenKey(instance)));
      const hash = z.string().nullable().parse(stored);
      return hash !== null && isSameSecret(hashOf(token), hash) ? instance : null;
    },

    async revoke(instance: string): Promise<void> {
      await step("revoke token", () => redis.del(elementTokenKey(instance)));
    },
  };
}
