/** What stored instances cost, as counts: nothing where there are none, and one request where there are a thousand. */
import { afterEach, describe, expect, it } from "vitest";
import { type Instance, instanceSchema } from "@/lib/core/instance.ts";
import { acceptNotification } from "@/lib/relay/accept-notification.ts";
import { accountKey, INSTANCE_KEYS, instanceKey } from "@/lib/store/keys.ts";
import { createVault } from "@/lib/store/vault.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { dropboxSignature, notificationFor } from "../support/builders.ts";
import { aDraft, connect, notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function spent(run: () => Promise<unknown>) {
  const before = { requests: world.rest.requests(), commands: await world.backend.billedCommands() };
  await run();
  return {
    redisRequests: world.rest.requests() - before.requests,
    redisCommands: (await world.backend.billedCommands()) - before.commands,
  };
}

/** Writes many at once, as the store's own script would one by one. */
async function fill(instances: number): Promise<Instance[]> {
  const vault = createVault(world.env.ENCRYPTION_KEY ?? new Uint8Array());
  const all: Instance[] = [];
  for (let n = 0; n < instances; n += 1) {
    const account = world.accounts[n % world.accounts.length] as Dropbox;
    const made = { id: String(n + 1), status: "active", trouble: null, since: world.now(), createdAt: 0, updatedAt: 0 };
    const instance = instanceSchema.parse({ ...aDraft({ account: account.accountId }), ...made });
    const sealed = {
      source: await vault.seal(instance, "source", { refreshToken: account.refreshToken }),
      records: await vault.seal(instance, "records", { token: world.env.FACEBOOK_API_KEY }),
    };
    const row = JSON.stringify({ version: 1, instance, sealed });
    const { id } = instance;
    await world.backend.command(["HSET", instanceKey(id), "version", "1", "stamp", "", "row", row]);
    await world.backend.command(["HSET", accountKey(account.accountId), id, row]);
    await world.backend.command(["ZADD", INSTANCE_KEYS.all, id, id]);
    all.push(instance);
  }
  return all;
}

/** A notification as Dropbox signs it. */
function signedBy({ accountId, appSecret }: Dropbox): Request {
  const body = notificationFor(accountId);
  const headers = { "content-type": "application/json", "x-dropbox-signature": dropboxSignature(appSecret, body) };
  return new Request("http://relay.test/api/dropbox/webhook", { method: "POST", headers, body });
}
function accepting() {
  const { appSecrets: secrets, enqueuer, now, log } = world.context;
  return { secrets, enqueuer, now, log };
}

describe("without stored instances", () => {
  it("notification of the environment's account → no request more than before there were any; the sweep → one, and one for bulk acts", async () => {
    world = await createWorld();
    await world.sweep();
    await world.notify();
    expect((await spent(() => world.notify())).redisRequests).toBe(3);
    // Lease, release, commit and drain, and the looks at what is stored and at bulk acts that are not over.
    expect((await spent(() => world.sweep())).redisRequests).toBe(6);
  });

  it("no ENCRYPTION_KEY, so that nothing can be stored → not even that", async () => {
    world = await createWorld({ env: { ENCRYPTION_KEY: "" } });
    await world.sweep();
    expect((await spent(() => world.sweep())).redisRequests).toBe(5);
  });

  it("another account than DROPBOX_ACCOUNT_ID → one request, and nobody is asked", async () => {
    world = await createWorld({ env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
    await world.sweep();
    const asked = world.dropbox.requests();
    expect(await spent(() => world.notify())).toEqual({ redisRequests: 1, redisCommands: 1 });
    expect(world.dropbox.requests()).toBe(asked);
  });
});

describe("with stored instances", () => {
  it("its account's notification → one request for the instances, three for the listing, in a cold process too", async () => {
    world = await createWorld({ accounts: 2, env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
    const [account] = world.accounts as [Dropbox];
    await connect(world, account);
    await notify(world, account);
    expect((await spent(() => notify(world, account))).redisRequests).toBe(4);
    world.restart();
    // The renewed token is read once by a new process.
    expect((await spent(() => notify(world, account))).redisRequests).toBe(5);
  });

  it("DROPBOX_ACCOUNT_ID unset, but known by now → the environment's folder is not listed for another's notification", async () => {
    world = await createWorld({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    await world.sweep();
    await connect(world, account);
    await notify(world, account);
    const asked = world.dropbox.requests();
    account.files.addFile("/a.jpg", "x");
    world.dropbox.files.addFile("/b.jpg", "x");
    // The lease, which brings the rows along, and its release; a listing of three.
    world.advance(60_000);
    await notify(world, account);
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect(world.dropbox.requests()).toBe(asked);
    expect((await spent(() => notify(world, account))).redisRequests).toBe(5);
    await world.notify();
    expect(recorded(world)).toEqual(["a.jpg", "b.jpg"]);
  });

  it("1,000 on 300 accounts → one notification lists that account's alone, and costs one message", async () => {
    world = await createWorld({ accounts: 300, env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
    const all = await fill(1000);
    const [account, ...others] = world.accounts as [Dropbox, ...Dropbox[]];
    const own = all.filter((one) => one.account === account.accountId);
    expect(own).toHaveLength(4);
    // Scripts are known after their first use, as they are in a running deployment.
    account.files.addFile("/first.jpg", "x");
    await notify(world, account);
    world.advance(60_000);
    account.files.addFile("/a.jpg", "x");
    const asked = world.rest.requests();
    expect((await acceptNotification(signedBy(account), accepting())).kind).toBe("accepted");
    expect(world.rest.requests()).toBe(asked);
    expect(world.messages).toMatchObject([{ job: { job: "sync", account: account.accountId } }]);
    const [message] = world.messages.splice(0);
    if (message === undefined || !("job" in message)) throw new Error("another message");
    const cost = await spent(() => world.run(message));
    expect(world.messages).toEqual([]);
    expect(others.reduce((sum, one) => sum + one.requests(), 0)).toBe(0);
    expect(recorded(world)).toEqual(["first.jpg", "a.jpg"]);
    const touched = (await world.backend.command(["KEYS", "relay:i:*"])) as Buffer[];
    const ids = new Set(touched.map((key) => String(key).split(":")[2]));
    expect([...ids].sort()).toEqual(own.map(({ id }) => id).sort());
    // One for the rows; a listing each of three requests, and a drain each of two at most.
    expect(cost.redisRequests).toBeLessThanOrEqual(1 + own.length * 5);
  });

  it("1,000 on 300 accounts → a sweep in parts of fifty: twenty messages, each instance listed once", async () => {
    world = await createWorld({ accounts: 300 });
    await fill(1000);
    await world.sweep();
    let jobs = 1;
    while (world.messages.length > 0) {
      const message = world.messages.shift();
      if (message === undefined || !("job" in message)) throw new Error("another message");
      expect(message.job.job).toBe("sweep");
      jobs += 1;
      await world.run(message);
    }
    expect(jobs).toBe(21);
    const listings = world.accounts.reduce(
      (sum, one) => sum + one.log().filter(({ label }) => /list_folder/.test(label)).length,
      0,
    );
    expect(listings).toBe(1000);
  });
});
