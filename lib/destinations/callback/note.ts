/** What is noted of an event before it is sent, so that a repeat is the same event in the same body. Pure. */

export interface Note {
  messageId: string;
  eventId: string;
  /** Where in the body it stands. */
  place: number;
  /** The event that was tried before it and may have been heard; "": none. */
  after: string;
}

export const writeNote = ({ messageId, eventId, place, after }: Note): string =>
  [messageId, eventId, place, after].join(" ").trimEnd();

/** Of what `writeNote` wrote. */
export function readNote(note: string): Note {
  const [messageId = "", eventId = "", place = "", after = ""] = note.split(" ");
  return { messageId, eventId, place: Number(place), after };
}
