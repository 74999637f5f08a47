/** What comes next for a file, and what a person can do about it: one sentence for each state of its story. Pure. */
import type { Story } from "./story.ts";

export function whatNext(story: Story): string {
  switch (story.state) {
    case "notSeen":
      return "Nothing: no listing has shown this path. Check its spelling and the watched folder; the next listing finds what is there. A file that went is found by its id.";
    case "folder":
      return "Nothing: this is a folder. Ask for a file in it.";
    case "old":
      return "Nothing: it was there before the relay. A backfill publishes it, and so does a copy of it.";
    case "notSelected":
      return story.rule === null
        ? "Nothing, until the file is renamed or moved to where it is selected."
        : `Nothing, until the file is renamed, moved or edited so that it is selected. When ${story.rule.name} changes, edit it once more, or let a backfill publish what was left out.`;
    case "waiting":
      return waits[story.because];
    case "claimed":
      return story.newerRev === null
        ? "It is being delivered now; should its worker have died, another takes over when the claim ends."
        : "It is being delivered now, and a newer revision follows it.";
    case "delivered":
      return "Nothing, until the file changes.";
    case "withdrawn":
      return "Nothing, unless the file comes back.";
    case "skipped":
      return "Nothing, until the file changes: the destination had no use for it.";
    case "dead":
      return "Nothing by itself. Mend what the reason says, then save the file again, or replay it.";
    case "unclear":
      return "Nothing by itself: look at the destination. Then say that it is there, or have it posted.";
    case "forgotten":
      return story.held === null
        ? "Nothing, until the file changes. It was dealt with too long ago for its story to be kept."
        : "Nothing, until the file changes. It was delivered too long ago for its story to be kept.";
  }
}

const waits = {
  turn: "It is due now, and the next claim takes it.",
  hold: "The destination's credential is on hold; it is delivered when that ends, or at once under a new credential.",
  backoff: "It is tried again when it is due.",
  pace: "It goes on when it is due: the destination paces what it takes.",
  landing: "It is tried again when a write that was never answered can no longer take effect.",
} as const satisfies Record<Extract<Story, { state: "waiting" }>["because"], string>;
