/**
 * An instance's secrets, sealed one by one. Each is bound to the instance, to what it is for and to whom it is sent: a
 * sealed token moved to another instance, or left in place beside another address, opens no more.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type DestinationSettings, type Instance, SOURCE } from "../core/instance.ts";
import { instanceKey } from "./keys.ts";
import { seal, unseal } from "./seal.ts";

/** Secrets by the name of what they are for (`source`, or a destination's id), sealed. */
export const sealedSchema = z.record(z.string(), z.string());
export type Sealed = z.infer<typeof sealedSchema>;

/** What one side needs: names and values, in that side's own words. */
export type Secrets = Record<string, string>;
const secretsSchema = z.record(z.string(), z.string());

export type Vault = ReturnType<typeof createVault>;

export function createVault(key: Uint8Array) {
  return {
    seal: (instance: Instance, side: string, secrets: Secrets): Promise<string> =>
      seal(key, JSON.stringify(secrets), placeOf(instance, side)),

    /** Null when there are none, or when they were sealed with another key or for something else. */
    async open(instance: Instance, sealed: Sealed, side: string): Promise<Secrets | null> {
      const closed = Object.hasOwn(sealed, side) ? sealed[side] : undefined;
      const opened = closed === undefined ? null : await unseal(key, closed, placeOf(instance, side));
      return opened === null ? null : secretsSchema.parse(JSON.parse(opened));
    },
  };
}

/** The address only as a hash: the place stands beside the seal in the clear, and an address may hold a token of its own. */
function placeOf(instance: Instance, side: string): string {
  const destination = instance.destinations.find(({ id }) => id === side);
  const to = side === SOURCE ? instance.account : destination === undefined ? "" : addressOf(destination);
  return `${instanceKey(instance.id)}:${side}:${createHash("sha256").update(to).digest("base64url")}`;
}

function addressOf(destination: DestinationSettings): string {
  switch (destination.kind) {
    case "environment":
      return "environment";
    case "page":
      return `page ${destination.pageId}`;
    case "records":
    case "callback":
      return `${destination.kind} ${destination.url}`;
  }
}
