/** An instance whose events go to the world's emulated receiver, made through the compatible interface. */
import { randomBytes } from "node:crypto";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { createOf, type ElementsWorld, elementsWorld } from "./elements.ts";
import { notify } from "./instances.ts";
import type { World, WorldOptions } from "./world.ts";

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
export const HOOK = "https://receiver.example.org/hooks/files";

/** The world made last, for routes that ask for their context: a test's mock of `getContext` answers with it. */
let latest: World | null = null;
export function contextOfLatest(): World["context"] {
  if (latest === null) throw new Error("no world was made");
  return latest.context;
}

export async function callbackInstance(configuration: Record<string, unknown> = {}, options: WorldOptions = {}) {
  const at: ElementsWorld = await elementsWorld(options);
  const { world, client } = at;
  latest = world;
  const [owner] = world.accounts as [Dropbox];
  const key = randomBytes(24).toString("hex");
  world.receiver.knows(key);
  const made = await createOf(at, owner, {
    configuration: {
      "event.notification.enabled": true,
      "event.notification.callback.url": HOOK,
      "event.notification.signature.key": key,
      ...configuration,
    },
  });
  const id = String(made.body.id);
  await world.runUntil(world.now());
  world.advance(MINUTE);
  return {
    ...at,
    id,
    key,
    owner,
    token: String(made.body.token),
    add: (path: string, text = path) => owner.files.addFile(path, text),
    /** The account changed; what follows at once is done. */
    told: async () => {
      await notify(world, owner);
      await world.runUntil(world.now());
    },
    paths: () => world.receiver.events().map(({ path }) => path),
    keysLike: async (pattern: string) =>
      ((await world.backend.command(["KEYS", pattern])) as Buffer[]).map(String).sort(),
    call: (method: string, path: string, body?: unknown) => client.asPlatform(method, path, body),
  };
}
export type CallbackInstance = Awaited<ReturnType<typeof callbackInstance>>;
