/**
 * A stored instance with two destinations, from its creation by a program to its removal, in the simulated universe: what
 * its receiver and its endpoint have in the end, and what is left of it.
 */
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import { createRandom } from "../sandbox/faults.ts";
import type { Effect, Fate } from "../simulation/network.ts";
import { createUniverse, type Universe } from "../simulation/universe.ts";

const MINUTE = 60_000;
const USER = "user-of-the-matrix-0123456789-0123456789";
const ORGANIZATION = "organization-of-the-matrix-0123456789-01";
/** A program gives up on an answer after this. */
const PATIENCE_MS = 60_000;
const CALLS_MAX = 6;

interface Api {
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown } | null>;
}

function apiOf(universe: Universe): Api {
  return {
    async call(method, path, body) {
      const { time } = universe;
      let answer: { status: number; body: unknown } | null | undefined;
      const request = new Request(`http://relay.test/elements/api-v2${path}`, {
        method,
        headers: { authorization: `User ${USER}, Organization ${ORGANIZATION}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      void universe.call(request).then(async (response) => {
        answer = response === null ? null : { status: response.status, body: await response.json() };
      });
      await time.run(time.now() + PATIENCE_MS, () => answer !== undefined);
      return answer ?? null;
    },
  };
}

/** Asks until it is answered for good. A program looks whether a lost call has made its instance before it asks again. */
async function create(universe: Universe, api: Api): Promise<string> {
  const { dropbox, facebook, callbackSecret, time } = universe;
  const body = {
    element: { key: "dropbox" },
    name: "Matrix",
    externalAuthentication: "initial",
    configuration: {
      "oauth.api.key": dropbox.appKey,
      "oauth.api.secret": dropbox.appSecret,
      "oauth.user.refresh_token": dropbox.refreshToken,
      "relay.folder": "/inbox",
      "relay.records.url": "http://sandbox.test/facebook/v1/records",
      "relay.records.token": facebook.token(),
      "event.notification.enabled": "true",
      "event.notification.callback.url": "https://sandbox.test/facebook/hooks",
      "relay.signing.secret": callbackSecret,
    },
  };
  for (let tried = 0; tried < CALLS_MAX; tried += 1) {
    const listed = await api.call("GET", "/instances");
    const [there] = listed?.status === 200 ? (listed.body as { id: number }[]) : [];
    if (there !== undefined) return `${there.id}`;
    const made = listed?.status === 200 ? await api.call("POST", "/instances", body) : null;
    if (made?.status === 200) return `${(made.body as { id: number }).id}`;
    await time.run(time.now() + MINUTE);
  }
  throw new Error("it was never made");
}

async function remove(universe: Universe, api: Api, id: string): Promise<void> {
  for (let tried = 0; tried < CALLS_MAX; tried += 1) {
    const answer = await api.call("DELETE", `/instances/${id}`);
    if (answer?.status === 200 || answer?.status === 404) return;
    await universe.time.run(universe.time.now() + MINUTE);
  }
  throw new Error("it was never removed");
}

export interface StoredRun {
  broken: string[];
  effects: Effect[];
  trace: string[];
}

/** One life of an instance; `fateOf` says how each request of the relay goes. */
export async function runStored(fateOf: (effect: Effect) => Fate): Promise<StoredRun> {
  const effects: Effect[] = [];
  const trace: string[] = [];
  const broken: string[] = [];
  const universe = createUniverse({
    random: createRandom(1),
    processes: 1,
    env: {
      ELEMENTS_USER_SECRET: USER,
      ELEMENTS_ORGANIZATION_SECRET: ORGANIZATION,
      DROPBOX_FOLDER: "/quiet",
      DROPBOX_ACCOUNT_ID: "dbid:another",
      BACKFILL: "none",
    },
    trace: (line) => trace.push(line),
    fateOf(effect) {
      effects.push(effect);
      return fateOf(effect);
    },
    queueManners: () => ({ lateMs: 50, againMs: null }),
  });
  try {
    const { time, dropbox, receiver, facebook, queue } = universe;
    const { files } = dropbox;
    const api = apiOf(universe);
    const told = async () => {
      for (let tried = 0; tried < 3; tried += 1) {
        if (await notified(universe)) break;
        await time.run(time.now() + 10_000);
      }
      await time.run(time.now() + 3_000);
    };
    files.addFile("/quiet/old.txt", "x");
    files.addFile("/inbox/old.jpg", "x");
    await time.run(time.now() + MINUTE);
    queue.startSchedule();
    await time.run(time.now() + MINUTE);
    const id = await create(universe, api);
    await time.run(time.now() + 6 * MINUTE);

    const [a, b, c] = ["a", "b", "c"].map((name) => files.addFile(`/inbox/${name}.jpg`, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error("no files");
    await told();
    files.renameFile("/inbox/b.jpg", "/inbox/d.jpg");
    files.deletePath("/inbox/c.jpg");
    await told();
    await time.run(time.now() + 20 * MINUTE);

    const names = (fileId: string) => facebook.find(recordIdOf(fileId)).map(({ name }) => name);
    const changes = (fileId: string) => receiver.eventsOf(fileId).map(({ change, path }) => `${change} ${path}`);
    expectEqual(broken, "record of a", names(a.id), ["a.jpg"]);
    expectEqual(broken, "record of b", names(b.id), ["d.jpg"]);
    // Deleted before a listing showed it, it was never there.
    expectEqual(broken, "record of c", ["", "c.jpg"].includes(names(c.id).join()), true);
    expectEqual(broken, "events of a", changes(a.id).at(-1), "created /inbox/a.jpg");
    expectEqual(broken, "events of b", changes(b.id).at(-1)?.endsWith("/inbox/d.jpg"), true);
    expectEqual(broken, "events of c", [undefined, "deleted /inbox/c.jpg"].includes(changes(c.id).at(-1)), true);
    for (const { id: one } of [a, b, c]) {
      const all = changes(one);
      if (new Set(all).size !== all.length) broken.push(`doubled: ${all.join(", ")}`);
    }
    if (facebook.doubles().length > 0) broken.push(`doubled: ${facebook.doubles().join(", ")}`);
    if (receiver.unsigned() > 0) broken.push("unsigned");

    files.addFile("/inbox/late.jpg", "x");
    await told();
    await remove(universe, api, id);
    await time.run(time.now() + 10 * MINUTE);
    const before = [facebook.writes().length, receiver.requests()];
    files.addFile("/inbox/after.jpg", "x");
    await told();
    await time.run(time.now() + 11 * MINUTE);
    expectEqual(broken, "after its removal", [facebook.writes().length, receiver.requests()], before);
    const keys = ((await universe.backend.command(["KEYS", "*"])) as Buffer[]).map(String);
    const left = keys.filter((key) => new RegExp(`^relay:(i|instance):${id}(:|$)|^relay:d:${id}_`).test(key));
    expectEqual(broken, "left of it", left, []);
  } catch (cause) {
    broken.push(cause instanceof Error ? cause.message : "unknown");
  } finally {
    universe.restore();
  }
  return { broken, effects, trace };
}

/** Whether Dropbox's notification was taken, within its patience. */
async function notified(universe: Universe): Promise<boolean> {
  let taken: boolean | null = null;
  void universe.notify().then((accepted) => {
    taken = accepted;
  });
  await universe.time.run(universe.time.now() + 10_000, () => taken !== null);
  return taken === true;
}

function expectEqual(broken: string[], what: string, is: unknown, should: unknown): void {
  if (JSON.stringify(is) !== JSON.stringify(should))
    broken.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
}
