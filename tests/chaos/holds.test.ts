/** What Redis holds of a refusal binds the next process too. */
import { afterAll, describe, expect, it } from "vitest";
import { heldUntil } from "../built/kept.ts";
import { until } from "../built/until.ts";
import { createRandom } from "../sandbox/faults.ts";
import { createFolder } from "./folder.ts";
import { calm } from "./round.ts";
import { closeSites, openSite } from "./site.ts";

/** Longer than a start, and than the claims of the dead: what they held is free before the hold is over. */
const RETRY_AFTER_SECONDS = 45;
afterAll(closeSites, 60_000);

describe.concurrent("a hold", () => {
  it.each([
    ["together", ["relay", "redis"]],
    ["apart", ["relay", "queue", "redis"]],
  ] as const)(
    "%s: 429 noted, then %j killed and started → no request before the time it named, then each file once",
    async (kind, targets) => {
      const site = await openSite(kind);
      const { facebook } = site.sandbox;
      const folder = createFolder(site.sandbox);
      facebook.trouble("tooMany", { retryAfter: RETRY_AFTER_SECONDS });
      folder.act({ drop: 30, edit: 5, rename: 5 }, createRandom(1));
      await until("a hold in Redis", async () => (await heldUntil(site.dataDir)) > 0, 60_000);
      expect(await site.kill(targets)).toBe(targets.length);
      const crossed = facebook.requestsIntoHold();
      await calm(site, folder);
      expect(facebook.requestsIntoHold()).toBe(crossed);
    },
  );
});
