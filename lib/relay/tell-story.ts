/** "What happened to this file?", answered from the stores. */
import { type Facts, type Story, storyOf } from "../core/story.ts";
import type { Link } from "./services.ts";

export interface Told {
  link: string;
  story: Story;
  /** What it is told from, where there is a delivery. */
  kept: (Pick<Facts, "held" | "note"> & { stored: NonNullable<Facts["stored"]> }) | null;
}

/** By path, in any case, or by file id; of the first link that knows it. */
export async function tellStory(links: readonly Link[], pathOrId: string, now: number): Promise<Told | null> {
  let told: Told | null = null;
  for (const link of links) {
    const facts = await link.desk.inspection.facts(pathOrId, link.destination.credential);
    const story = storyOf(facts, (remoteId) => link.destination.linkTo(remoteId), now);
    const { stored, held, note } = facts;
    const kept = stored === null || !("attempts" in story) ? null : { stored, held, note };
    if (story.state !== "notSeen") return { link: link.id, story, kept };
    told ??= { link: link.id, story, kept };
  }
  return told;
}
