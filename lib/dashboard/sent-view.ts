/** What is sent of a file, as a page shows it. Pure. */
import type { Explained } from "../core/explained.ts";
import type { Story } from "../core/story.ts";
import { largePicture } from "./pictures.ts";
import { sentence } from "./sentence.ts";

export interface SentView {
  name: string;
  picture: string | null;
  /** Null: there is nothing to say of it. */
  what: string | null;
  text: string | null;
  fields: { label: string; value: string }[];
  /** JSON, for people. */
  payload: string | null;
  note: string | null;
}

/** Null: there is neither a picture nor anything else to show. */
export function sentView(story: Story, { sent }: Pick<Explained, "sent">, link: string): SentView | null {
  const picture = largePicture(story, link);
  const name = "file" in story ? story.file.path.slice(story.file.path.lastIndexOf("/") + 1) : "";
  const none = { name, picture, text: null, fields: [], payload: null };
  const isLeftOut = story.state === "notSelected" || story.state === "old";
  if (sent === null) {
    if (isLeftOut) return { ...none, what: "Nothing: it is left out.", note: null };
    return picture === null ? null : { ...none, what: null, note: "What was sent of it is no longer kept." };
  }
  const { what, text, fields, payload, note } = sent;
  return {
    name,
    picture,
    what: `${what}.`,
    text,
    fields,
    payload: payload === null || payload === undefined ? null : JSON.stringify(payload, null, 2),
    note: note === null ? null : sentence(note),
  };
}
