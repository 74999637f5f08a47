/**
 * What is in the address of a shared story: which link of which file, until when, and a signature that only we can make.
 * Checked before anything is read. Whether the link was revoked is not in it.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { isSameSecret } from "../core/same-secret.ts";

export interface Share {
  /** Of the link, among those of its file. */
  id: string;
  /** Where the file goes, as pages name it. */
  link: string;
  file: string;
  /** Shows nothing from then on (ms). */
  until: number;
}

const partsSchema = z.tuple([z.string(), z.string(), z.string(), z.number()]);
const TOKEN = /^([\w-]{1,1000})\.([\w-]{43})$/;

export interface ShareTokens {
  make(share: Share): string;
  /** Null: not made by us, under this key, or over by now. */
  read(token: string, now: number): Share | null;
}

export function createShareTokens(key: string): ShareTokens {
  const signatureOf = (payload: string): string =>
    createHmac("sha256", key).update(`share\n${payload}`).digest("base64url");

  return {
    make({ id, link, file, until }) {
      const payload = Buffer.from(JSON.stringify([id, link, file, until])).toString("base64url");
      return `${payload}.${signatureOf(payload)}`;
    },
    read(token, now) {
      const [, payload = "", signature = ""] = TOKEN.exec(token) ?? [];
      if (!isSameSecret(signature, signatureOf(payload))) return null;
      const [id, link, file, until] = partsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
      return now < until ? { id, link, file, until } : null;
    },
  };
}
