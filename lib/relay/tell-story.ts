/** "What happened to this file?", answered from the stores. */
import { type Story, storyOf } from "../core/story.ts";
import type { Link } from "./services.ts";

export interface Told {
  link: string;
  story: Story;
}

/** By path, in any case, or by file id; of the first link that knows it. */
export async function tellStory(links: readonly Link[], pathOrId: string, now: number): Promise<Told | null> {
  let told: Told | null = null;
  for (const link of links) {
    const facts = await link.desk.inspection.facts(pathOrId, link.destination.credential);
    const story = storyOf(facts, (remoteId) => link.destination.linkTo(remoteId), now);
    if (story.state !== "notSeen") return { link: link.id, story };
    told ??= { link: link.id, story };
  }
  return told;
}
