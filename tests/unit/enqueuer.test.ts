import { describe, expect, it } from "vitest";
import type { Enqueue } from "@/lib/queue/client.ts";
import { createEnqueuer, type Enqueuer } from "@/lib/relay/accept-notification.ts";
import { NOW, turns } from "../support/builders.ts";

/** A queue whose answers the test gives, in the order of the requests. */
function aQueue() {
  const requests: {
    accounts: string[];
    times: number[];
    delays: (number | undefined)[];
    take: () => void;
    refuse: () => void;
  }[] = [];
  const enqueue = (jobs: readonly Enqueue[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const syncs = jobs.flatMap(({ job }) => (job.job === "sync" ? [job] : []));
      requests.push({
        accounts: syncs.map(({ account }) => account),
        times: syncs.map(({ notifiedAt }) => notifiedAt),
        delays: jobs.map(({ delaySeconds }) => delaySeconds),
        take: resolve,
        refuse: () => reject(new Error("refused")),
      });
    });
  return { requests, enqueue, sent: () => requests.map(({ accounts }) => accounts) };
}

/** How each of these ended so far. */
function endings(...added: Promise<void>[]) {
  const seen: string[] = added.map(() => "waiting");
  added.forEach((one, n) => {
    one.then(
      () => (seen[n] = "taken"),
      () => (seen[n] = "refused"),
    );
  });
  return seen;
}

describe("enqueuer", () => {
  it("idle + one notification → one request at once, with its time; told only when the queue has taken it", async () => {
    const queue = aQueue();
    const ended = endings(createEnqueuer(queue).add(["a"], NOW));
    await turns();
    expect(queue.requests).toMatchObject([{ accounts: ["a"], times: [NOW] }]);
    expect(ended).toEqual(["waiting"]);
    queue.requests[0]?.take();
    await turns();
    expect(ended).toEqual(["taken"]);
  });

  it("idle + no account → no request", async () => {
    const queue = aQueue();
    await createEnqueuer(queue).add([], NOW);
    await turns();
    expect(queue.sent()).toEqual([]);
  });

  it("a request under way + many notifications → one request for all of them after it, each account once", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    const first = enqueuer.add(["a"], NOW);
    await turns();
    const rest = Array.from({ length: 30 }, (_, n) => enqueuer.add(["a", `b${n % 3}`], NOW + 1 + n));
    await turns();
    expect(queue.sent()).toEqual([["a"]]);
    queue.requests[0]?.take();
    await turns();
    expect(queue.sent()).toEqual([["a"], ["a", "b0", "b1", "b2"]]);
    queue.requests[1]?.take();
    await Promise.all([first, ...rest]);
  });

  it("the account again in one batch → its first time is kept", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    void enqueuer.add(["a"], NOW);
    void enqueuer.add(["a"], NOW + 500);
    await turns();
    expect(queue.requests[0]?.times).toEqual([NOW]);
  });

  it("the account again while its request is under way → enqueued again: its listing may have begun", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    void enqueuer.add(["a"], NOW);
    await turns();
    void enqueuer.add(["a"], NOW + 1);
    queue.requests[0]?.take();
    await turns();
    expect(queue.sent()).toEqual([["a"], ["a"]]);
  });

  it("refused → everyone in that batch is told, the next batch goes out all the same", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    const ended = endings(enqueuer.add(["a"], NOW), enqueuer.add(["b"], NOW));
    await turns();
    const later = endings(enqueuer.add(["c"], NOW));
    queue.requests[0]?.refuse();
    await turns();
    expect(ended).toEqual(["refused", "refused"]);
    expect(queue.sent()).toEqual([["a", "b"], ["c"]]);
    queue.requests[1]?.take();
    await turns();
    expect(later).toEqual(["taken"]);
  });

  it("250 accounts in one notification → requests of 100, all at once; one of them refused → refused", async () => {
    const queue = aQueue();
    const accounts = Array.from({ length: 250 }, (_, n) => `a${n}`);
    const ended = endings(createEnqueuer(queue).add(accounts, NOW));
    await turns();
    expect(queue.requests.map(({ accounts: sent }) => sent.length)).toEqual([100, 100, 50]);
    expect(queue.sent().flat()).toEqual(accounts);
    queue.requests[0]?.take();
    queue.requests[2]?.take();
    await turns();
    expect(ended).toEqual(["waiting"]);
    queue.requests[1]?.refuse();
    await turns();
    expect(ended).toEqual(["refused"]);
  });
});

describe("a storm for one account", () => {
  /** Notifications one after the other, each taken by the queue at once; how many requests they cost. */
  async function storm(queue: ReturnType<typeof aQueue>, enqueuer: Enqueuer, times: number, at = NOW) {
    const before = queue.requests.length;
    for (let n = 0; n < times; n += 1) {
      const added = enqueuer.add(["a"], at);
      await turns();
      queue.requests.at(-1)?.take();
      await added;
    }
    return queue.requests.length - before;
  }

  it("20 in one second → a job each, the last after the second; 80 more in it → none", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    expect(await storm(queue, enqueuer, 20)).toBe(20);
    expect(queue.requests.flatMap(({ delays }) => delays)).toEqual([...Array(19).fill(undefined), 2]);
    expect(await storm(queue, enqueuer, 80, NOW + 999)).toBe(0);
  });

  it("30 that arrive during one request → a job at once for them, and a delayed one for what follows", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    const first = enqueuer.add(["a"], NOW);
    await turns();
    const together = Array.from({ length: 30 }, () => enqueuer.add(["a"], NOW));
    queue.requests[0]?.take();
    await turns();
    const after = enqueuer.add(["a"], NOW);
    queue.requests[1]?.take();
    await turns();
    queue.requests[2]?.take();
    await Promise.all([first, ...together, after]);
    expect(queue.requests.flatMap(({ delays }) => delays)).toEqual([undefined, undefined, 2]);
  });

  it("the next second → jobs at once again", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    await storm(queue, enqueuer, 50);
    expect(await storm(queue, enqueuer, 1, NOW + 1000)).toBe(1);
    expect(queue.requests.at(-1)?.delays).toEqual([undefined]);
  });

  it("another account meanwhile → its own job at once", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    await storm(queue, enqueuer, 50);
    void enqueuer.add(["a", "b"], NOW);
    await turns();
    expect(queue.requests.at(-1)).toMatchObject({ accounts: ["b"], delays: [undefined] });
  });

  it("the delayed job not yet taken → whoever it covers waits with it", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    await storm(queue, enqueuer, 19);
    const ended = endings(enqueuer.add(["a"], NOW));
    await turns();
    const covered = endings(enqueuer.add(["a"], NOW), enqueuer.add(["a"], NOW));
    await turns();
    expect([...ended, ...covered]).toEqual(["waiting", "waiting", "waiting"]);
    queue.requests.at(-1)?.take();
    await turns();
    expect([...ended, ...covered]).toEqual(["taken", "taken", "taken"]);
  });

  it("the delayed job refused → whoever it covered is told, and the next notification asks anew", async () => {
    const queue = aQueue();
    const enqueuer = createEnqueuer(queue);
    await storm(queue, enqueuer, 19);
    const ended = endings(enqueuer.add(["a"], NOW));
    await turns();
    const covered = endings(enqueuer.add(["a"], NOW));
    queue.requests.at(-1)?.refuse();
    await turns();
    expect([...ended, ...covered]).toEqual(["refused", "refused"]);
    const again = endings(enqueuer.add(["a"], NOW));
    await turns();
    expect(queue.requests).toHaveLength(21);
    queue.requests.at(-1)?.take();
    await turns();
    expect(again).toEqual(["taken"]);
  });
});
