/** What the variables of the environment are made of: a form, and what to do about one that is at fault. */
import { z } from "zod";

/** Published with the development server: anyone can sign with them. */
const PUBLIC_SIGNING_KEYS = ["sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs"];

export const text = (whatToDo: string) => z.string({ error: whatToDo }).trim().min(1, whatToDo);
/** Goes into a header: what no header can carry makes every request fail, in words that quote the header. */
export const token = (whatToDo: string) =>
  text(whatToDo).refine(
    (value) => /^[\x20-\x7e]+$/.test(value),
    `holds a line break or a letter that no token has: copy it again. ${whatToDo}`,
  );
export const url = (whatToDo: string) =>
  text(whatToDo)
    .refine(
      (value) => /^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value),
      `must be an http or https URL. ${whatToDo}`,
    )
    .refine(
      (value) => !URL.canParse(value) || (new URL(value).username === "" && new URL(value).password === ""),
      `must not hold a user name or password. ${whatToDo}`,
    )
    .transform((value) => value.replace(/\/+$/, ""));
/** Separated by commas; one inside the braces of a glob, as in `*.{jpg,png}`, belongs to it. */
export const list = z
  .string()
  .default("")
  .transform((value) =>
    (value.match(/(?:\{[^{}]*\}|[^,])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== ""),
  );
/** A whole number of something, in words. */
export const whole = (what: string, least: number, most: number) => {
  const error = `must be a whole number of ${what}, from ${least} to ${most}`;
  return z.coerce.number({ error }).int(error).min(least, error).max(most, error);
};
export const signingKey = (whatToDo: string) =>
  text(whatToDo).refine(
    (value) => !PUBLIC_SIGNING_KEYS.includes(value),
    "is the public development key: anyone can sign with it",
  );

const KEY32 = "openssl rand -base64 32";
export const key32 = text(`32 random bytes as base64: ${KEY32}`)
  .refine((value) => Buffer.from(value, "base64").byteLength === 32, `must be base64 of exactly 32 bytes: ${KEY32}`)
  .transform((value) => new Uint8Array(Buffer.from(value, "base64")));

const MAKE_ONE = 'echo "whsec_$(openssl rand -base64 32)"';

export const SIGNING_SECRET = `whsec_ and base64 of 24 to 64 bytes, or 24 letters or more. Make one: ${MAKE_ONE}`;

/** In the form of Standard Webhooks, or a text of one's own. */
export function isSigningSecret(value: string): boolean {
  if (!value.startsWith("whsec_")) return value.length >= 24;
  const { byteLength } = Buffer.from(value.slice("whsec_".length), "base64");
  return byteLength >= 24 && byteLength <= 64;
}
