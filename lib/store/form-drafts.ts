/**
 * What a person typed into a form that is not stored yet: shown to them again, with what is wrong with it. Sealed, since
 * secrets are typed too, and forgotten after half an hour.
 */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { formDraftKey } from "./keys.ts";
import { step } from "./redis.ts";
import { seal, unseal } from "./seal.ts";

const LIFE_SECONDS = 30 * 60;
/** Of an id that came in an address. */
export const DRAFT_ID = /^[A-Za-z0-9-]{20,40}$/;

const draftSchema = z.object({
  /** Whose form it is. */
  instance: z.string(),
  /** As a browser sends it. */
  fields: z.string(),
  /** By the name of the field. */
  faults: z.record(z.string(), z.string()),
  /** The folder whose folders are shown to choose from; null: none. */
  browse: z.string().nullable(),
  /** The preview is asked for. */
  look: z.boolean(),
  /** What is to be said above the form. */
  notice: z.string().nullable(),
});
export type FormDraft = z.infer<typeof draftSchema>;

export type FormDrafts = ReturnType<typeof createFormDrafts>;

export function createFormDrafts(redis: Redis, encryptionKey: Uint8Array, randomId: () => string) {
  return {
    /** Its id. */
    async keep(draft: FormDraft): Promise<string> {
      const id = randomId();
      const key = formDraftKey(id);
      const sealed = await seal(encryptionKey, JSON.stringify(draft), key);
      await step("keep draft", () => redis.set(key, sealed, { ex: LIFE_SECONDS }));
      return id;
    },
    /** Null when there is none by this id, or no more. */
    async load(id: string): Promise<FormDraft | null> {
      if (!DRAFT_ID.test(id)) return null;
      const key = formDraftKey(id);
      const sealed = z
        .string()
        .nullable()
        .parse(await step("load draft", () => redis.get(key)));
      const text = sealed === null ? null : await unseal(encryptionKey, sealed, key);
      return text === null ? null : (draftSchema.safeParse(JSON.parse(text)).data ?? null);
    },
  };
}
