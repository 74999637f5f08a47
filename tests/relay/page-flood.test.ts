/** Two hundred posts in bad weather, each job signed and through the worker's route, on a clock moved by hand. */
import { expect, it } from "vitest";
import { answerJob } from "@/lib/relay/answer-job.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { queueSignature } from "../support/builders.ts";
import { createWorld } from "../support/world.ts";

const POSTS = 200;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Full at the end of each hour, as an allowance that is used up and comes back. */
const usageAt = (time: number) => Math.floor(((time % HOUR) / HOUR) * 100);

it("200 posts, 30 % published but 500, 10 % throttled by code, usage rising → each once, none into a hold", async () => {
  const world = await createWorld({ page: {}, env: { PAGE_ALBUM_MAX: "1" } });
  const { graph, env, messages } = world;
  const key = env.QSTASH_CURRENT_SIGNING_KEY;
  const url = `${env.PUBLIC_BASE_URL}/api/relay`;
  const route = async (job: object) => {
    const body = JSON.stringify(job);
    const headers = { "upstash-signature": await queueSignature({ body, key, url }) };
    return (await answerJob(world.context, new Request(url, { method: "POST", body, headers }))).status;
  };
  try {
    expect(await route({ job: "sweep" })).toBe(200);
    world.advance(MINUTE);
    graph.trouble("publishedBut500", { rate: 0.3 });
    for (const [error, status] of [
      ["pageLimit", 400],
      ["appLimit", 403],
      ["feedLimit", 400],
      ["customLimit", 403],
    ] as const)
      graph.fail({ error, status, rate: 0.025, regainMinutes: 7 });
    for (let n = 0; n < POSTS; n += 1) world.dropbox.files.addFile(`/inbox/${n}.png`, pictureOf(n, 24, 18));
    await route({ job: "sync", account: world.dropbox.accountId, notifiedAt: world.now() });

    let jobs = 0;
    for (; (await world.counts()).due > 0 && jobs < 5000; jobs += 1) {
      messages.sort((one, other) => one.dueAt - other.dueAt);
      const next = messages.shift();
      // Nothing is queued for so late: the next sweep comes.
      if (next === undefined) world.advance(5 * MINUTE);
      else world.advance(Math.max(0, next.dueAt - world.now()));
      graph.usage.set({ business: usageAt(world.now()) });
      expect(await route(next !== undefined && "job" in next ? next.job : { job: "sweep" })).toBe(200);
    }

    expect(await world.counts()).toEqual({ due: 0, claimed: 0, dead: 0, settled: POSTS, unclear: 0 });
    expect(graph.posts()).toHaveLength(POSTS);
    expect(new Set(graph.posts().map(({ message }) => message)).size).toBe(POSTS);
    expect(graph.doubles()).toEqual([]);
    expect(graph.requestsIntoHold()).toBe(0);
    const refused = graph.log().filter(({ status }) => status === 400 || status === 403);
    expect(refused.length).toBeGreaterThan(POSTS / 20);
    // Told that the allowance is as good as used up, nothing more is asked for a quarter of an hour.
    const log = graph.log();
    const full = log.flatMap(({ at }, n) => (usageAt(at) >= 95 ? [(log[n + 1]?.at ?? at + HOUR) - at] : []));
    expect(Math.min(HOUR, ...full)).toBeGreaterThanOrEqual(15 * MINUTE);
  } finally {
    await world.close();
  }
});
