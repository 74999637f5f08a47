/** Floor (c): a loop that searches for and posts the same kind of records, as wide as the relay, with Node's fetch. */
import { randomBytes } from "node:crypto";
import { serve } from "./child.ts";
import { percentiles } from "./percentiles.ts";

const url = process.env.FACEBOOK_API_URL ?? "";
const authorization = `Bearer ${process.env.FACEBOOK_API_KEY}`;

async function deliver(name: string): Promise<void> {
  const id = `facebook_${randomBytes(16).toString("base64url")}`;
  const found = await fetch(`${url}?id=${id}`, { headers: { authorization } });
  if (((await found.json()) as unknown[]).length > 0) return;
  const posted = await fetch(url, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ id, status: "active", name }),
  });
  await posted.json();
  if (posted.status !== 201) throw new Error(`the endpoint answered ${posted.status}`);
}

serve({
  ready: () => null,
  async run({ count, concurrency }: { count: number; concurrency: number }) {
    const times: number[] = [];
    const startedAt = performance.now();
    let next = 0;
    const lane = async () => {
      while (next < count) {
        next += 1;
        const begun = performance.now();
        await deliver(`photo-${next}.jpg`);
        times.push(performance.now() - begun);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
    return { allMs: performance.now() - startedAt, ...percentiles(times) };
  },
});
