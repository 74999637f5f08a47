/**
 * The links of stored instances. Each job reads the rows it needs, in one request; what is built of a row is kept while
 * its version is the same, so that a busy instance keeps its tokens and its pace.
 */
import type { Redis } from "@upstash/redis";
import { formerOutboxesOf, lists, SOURCE } from "../core/instance.ts";
import { whyNotSelected } from "../core/selection.ts";
import { createDropboxClient } from "../dropbox/client.ts";
import type { Env } from "../env.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { createStoredBackfill } from "../store/backfill-store.ts";
import { createFormerOutbox, type FormerOutbox } from "../store/former-outbox.ts";
import type { InstanceStore, StoredInstance } from "../store/instance-store.ts";
import type { Meter } from "../store/meter.ts";
import { createOutboxStore } from "../store/outbox-store.ts";
import { createStoredSource } from "../store/source-store.ts";
import type { Vault } from "../store/vault.ts";
import { deskOf } from "./build-destination.ts";
import type { World } from "./context.ts";
import { storedDropboxCredential } from "./credentials.ts";
import { destinationName } from "./link-names.ts";
import { createPace } from "./pace.ts";
import { type Lane, type Link, lanesOf, type Standing, type StoredLinks } from "./services.ts";
import { createSourceReader } from "./source-reader.ts";
import { storedDestination } from "./stored-destination.ts";
import { shelfOf } from "./stored-shelf.ts";

/** Links kept built. What an instance keeps in a process is a few kilobytes. */
const BUILT_MAX = 500;
/** A link nobody used for so long is built anew: tokens do not lie in memory for longer than they are used. */
const BUILT_MS = 10 * 60_000;
/** A run that goes on for minutes looks so often whether its instance was paused meanwhile. */
const LOOK_AGAIN_MS = 5_000;

interface Built {
  version: number;
  usedAt: number;
  /** When its row was last read. */
  readAt: number;
  /** Null: there is no destination to deliver to. */
  link: Link | null;
}

export interface StoredLinkDeps {
  env: Env;
  redis: Redis;
  world: World;
  store: InstanceStore;
  instances: Pick<Instances, "markUnauthorized" | "markAuthorized">;
  vault: Vault;
  log: Log;
  /** Of the whole process. */
  meter: Meter;
}

export function createStoredLinks(deps: StoredLinkDeps): StoredLinks {
  const { env, redis, world, store, meter, instances, vault, log } = deps;
  const built = new Map<string, Built>();

  async function linkOf(stored: StoredInstance): Promise<Link | null> {
    const { instance, version } = stored;
    const now = world.now();
    const kept = built.get(instance.id);
    built.delete(instance.id); // set again below, as the last used
    const fits = kept !== undefined && kept.version === version && now - kept.usedAt < BUILT_MS;
    const one = fits ? kept : { version, usedAt: now, readAt: now, link: await build(stored, kept?.link ?? null) };
    one.usedAt = now;
    one.readAt = now;
    built.set(instance.id, one);
    for (const id of built.keys()) {
      if (built.size <= BUILT_MAX) break;
      built.delete(id);
    }
    return one.link;
  }

  async function linksOf(all: readonly StoredInstance[]): Promise<Link[]> {
    const links = await Promise.all(all.filter(({ instance }) => lists(instance)).map(linkOf));
    return links.filter((link) => link !== null);
  }

  /** Null when there is no destination that can be delivered to. */
  async function build(stored: StoredInstance, former: Link | null): Promise<Link | null> {
    const { instance, sealed } = stored;
    const source = storedDropboxCredential(await vault.open(instance, sealed, SOURCE), { env, redis, world });
    const paces = new Map(
      (former === null ? [] : lanesOf(former)).map(({ destination, pace }) => [destination.credential, pace]),
    );
    const selects = (file: { name: string; path: string; size: number }) =>
      whyNotSelected(file, instance.folder, instance.rules) === null;
    const lanes: Lane[] = [];
    const outboxes: { name: string; follows: boolean; former: string[] }[] = [];
    const formerOutboxes: FormerOutbox[] = [];
    for (const settings of instance.destinations) {
      const secrets = await vault.open(instance, sealed, settings.id);
      const made = storedDestination(instance, settings, secrets, { env, redis, world });
      if (made === null) {
        log.error({ instance: instance.id, kind: settings.kind }, "instance.no_such_destination");
        continue;
      }
      const { timing, width, remembers } = made;
      const destination = made.build(createSourceReader(dropboxFor(timing.requestMs), source, world.now, selects));
      const former = formerOutboxesOf(instance, settings);
      for (const name of former) formerOutboxes.push(createFormerOutbox(redis, name, made.name));
      outboxes.push({ name: made.name, follows: destination.followsDeletions === true, former });
      lanes.push({
        id: instance.id,
        outbox: createOutboxStore(redis, made.name, { remembers, claimMs: timing.claimMs, meter }),
        destination,
        // A change of the name is no reason to forget how fast the endpoint may be asked.
        pace: paces.get(destination.credential) ?? createPace(width),
        timing,
        desk: deskOf(redis, instance.id, made),
        standing: standingOf(stored, settings.id),
        to: destinationName(settings),
        destinationId: settings.id,
      });
    }
    const [first, ...more] = lanes;
    if (first === undefined) return null;
    const madeBy = { instance: instance.id, version: stored.version };
    return {
      ...first,
      name: instance.name,
      more,
      former: formerOutboxes,
      account: instance.account,
      folder: instance.folder,
      backfill: instance.backfill,
      rules: instance.rules,
      source: createStoredSource(redis, madeBy, outboxes),
      bulk: createStoredBackfill(redis, madeBy, outboxes),
      sourceCredential: source,
    };
  }

  const dropboxFor = (timeoutMs: number) =>
    createDropboxClient({
      apiUrl: env.DROPBOX_API_URL,
      contentUrl: env.DROPBOX_CONTENT_URL,
      fetch: world.fetch,
      timeoutMs,
    });

  function standingOf({ instance, version, sealed }: StoredInstance, destination: string): Standing {
    const { id } = instance;
    const isTroubled = instance.trouble?.side === destination;
    return {
      since: instance.since,
      pollMs: instance.pollSeconds === null ? null : instance.pollSeconds * 1000,
      refused: (side, message) => {
        const name = side === "source" ? SOURCE : destination;
        return instance.status === "unauthorized" && side !== "source"
          ? Promise.resolve()
          : instances.markUnauthorized(id, name, sealed[name] ?? "", message);
      },
      async accepted() {
        if (isTroubled) await instances.markAuthorized(id, destination);
      },
      async goesOn() {
        const kept = built.get(id);
        if (kept?.version === version && world.now() - kept.readAt < LOOK_AGAIN_MS) return true;
        const now = await store.get(id);
        if (now === null || now.version !== version) return false;
        if (kept !== undefined) kept.readAt = world.now();
        return true;
      },
    };
  }

  return {
    ofAccount: async (account) => linksOf(await store.ofAccount(account)),
    ofRows: (rows) => linksOf(store.read(rows)),
    async one(id) {
      const stored = await store.get(id);
      return stored === null || !lists(stored.instance) ? null : await linkOf(stored);
    },
    async any(id) {
      const stored = await store.get(id);
      const link = stored === null ? null : await linkOf(stored);
      return stored === null || link === null ? null : { link, runs: lists(stored.instance) };
    },
    async shelf(id) {
      const stored = await store.get(id);
      return stored === null ? null : shelfOf(redis, stored);
    },
    async page(after, limit) {
      const all = await store.page(after, limit);
      const instances = all.map(({ instance }) => instance);
      const next = all.length < limit ? null : (instances.at(-1)?.id ?? null);
      return { instances, links: await linksOf(all), next };
    },
  };
}
