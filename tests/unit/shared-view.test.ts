/** What a shared story tells, for each state: never what others said, where the file lies, or which rule decided. */
import { describe, expect, it } from "vitest";
import type { Story } from "@/lib/core/story.ts";
import { storySchema } from "@/lib/core/story.ts";
import { sharedView } from "@/lib/dashboard/shared-view.ts";

const NOW = 1_795_592_919_000;
const HIDDEN = "kept-from-others";
const held = { rev: HIDDEN, at: NOW, remoteId: HIDDEN, link: "https://www.facebook.com/1_2", hidden: false };
const common = {
  file: { id: `id:${HIDDEN}`, path: `/${HIDDEN}/fair.jpg`, rev: HIDDEN },
  seenAt: NOW - 1_000,
  seenBy: "notification",
  gone: null,
  attempts: [{ number: 1, at: NOW, ms: 40, outcome: "rejected", message: HIDDEN }],
  held,
  reason: HIDDEN,
  rule: { name: HIDDEN, value: HIDDEN },
  lastListedAt: NOW,
  at: NOW,
  attempted: 1,
  until: NOW + 1,
  newerRev: HIDDEN,
  priority: "live",
  dueAt: NOW + 5,
  hold: { until: NOW + 9, reason: "unauthorized" },
  how: "removed",
};
const states = storySchema.options.flatMap(({ shape }) => [...shape.state.values]);
const because = ["turn", "hold", "backoff", "pace", "landing"];
const stories: [string, Story][] = states.flatMap((state) =>
  (state === "waiting" ? because : [""]).map((why): [string, Story] => [
    `${state} ${why}`.trim(),
    storySchema.parse({ ...common, state, because: why }),
  ]),
);

describe("a shared story", () => {
  it.each(stories)("%s → a sentence and what happened; nothing that is the operator's", (_, story) => {
    const view = sharedView(story, NOW);
    expect(view.headline.sentence.length).toBeGreaterThan(10);
    expect(view.headline.action).toBeNull();
    expect(JSON.stringify(view)).not.toContain(HIDDEN);
    expect(JSON.stringify(view)).not.toContain("/setup");
  });

  it("a post that is hidden → no way to it; one that is there → its address", () => {
    const story = (hidden: boolean) => storySchema.parse({ ...common, state: "delivered", held: { ...held, hidden } });
    expect(sharedView(story(true), NOW).post).toBeNull();
    expect(sharedView(story(false), NOW).post).toBe(held.link);
    expect(sharedView(story(false), NOW).name).toBe("fair.jpg");
  });
});
