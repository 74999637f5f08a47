/** Stored instances of a world's accounts, and what is seen of them. */
import type { InstanceDraft } from "@/lib/core/instance.ts";
import type { Changed } from "@/lib/instances/manage.ts";
import type { StoredInstance } from "@/lib/store/instance-store.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import type { World } from "./world.ts";

export const aDraft = (changes: Partial<InstanceDraft> = {}): InstanceDraft => ({
  name: "Harbour",
  tags: [],
  account: "dbid:AAA",
  folder: "",
  destinations: [{ kind: "records", id: "records", url: "http://sandbox.test/facebook/v1/records" }],
  pollSeconds: null,
  ...changes,
});

export function storedOf(changed: Changed): StoredInstance {
  if (changed.kind !== "stored") throw new Error(JSON.stringify(changed));
  return changed.stored;
}

/** An instance of an account, publishing to the world's records endpoint; its first listing has been done. */
export async function connect(world: World, account: Dropbox, changes: Partial<InstanceDraft> = {}) {
  const draft = aDraft({ account: account.accountId, ...changes });
  const secrets = {
    source: { refreshToken: account.refreshToken },
    records: { token: world.env.FACEBOOK_API_KEY },
  };
  const { instance } = storedOf(await world.context.instances.create(draft, secrets));
  await world.runUntil(world.now());
  world.advance(60_000);
  return instance;
}

export const notify = (world: World, account: Dropbox) =>
  world.run({ job: { job: "sync", account: account.accountId, notifiedAt: world.now() } });

/** The names of all records there are. */
export const recorded = (world: World): string[] => world.facebook.records().map(({ name }) => String(name));

/** How many deliveries of an instance wait or are claimed. */
export async function waiting(world: World, id: string): Promise<number> {
  const card = async (key: string) => Number(await world.backend.command(["ZCARD", `relay:d:${id}_records:${key}`]));
  return (await card("due:live")) + (await card("due:replay")) + (await card("due:backfill")) + (await card("claimed"));
}
