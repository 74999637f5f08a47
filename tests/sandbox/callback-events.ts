/** The events of a body in either form, as a receiver reads them. */
import { z } from "zod";

export interface ReceivedEvent {
  id: string;
  change: string;
  fileId: string;
  rev: string;
  path: string;
  formerPath: string | null;
}

const elements = z
  .object({
    message: z.object({
      events: z
        .array(
          z.object({
            eventId: z.string(),
            change: z.string(),
            objectId: z.string(),
            rev: z.string(),
            newPath: z.string(),
            oldPath: z.string().optional(),
          }),
        )
        .min(1)
        .max(20),
    }),
  })
  .transform(({ message }) =>
    message.events.map(
      ({ eventId: id, change, objectId: fileId, rev, newPath: path, oldPath }): ReceivedEvent => ({
        ...{ id, change, fileId, rev, path },
        formerPath: oldPath ?? null,
      }),
    ),
  );

const cloudEvents = z
  .array(
    z.object({
      id: z.string(),
      type: z.string(),
      data: z.object({ id: z.string(), rev: z.string(), path: z.string(), formerPath: z.string().optional() }),
    }),
  )
  .min(1)
  .max(20)
  .transform((events) =>
    events.map(
      ({ id, type, data }): ReceivedEvent => ({
        ...{ id, change: type.split(".").at(-1) ?? "", fileId: data.id, rev: data.rev, path: data.path },
        formerPath: data.formerPath ?? null,
      }),
    ),
  );

/** Throws for a body in neither form. */
export const eventsIn = (body: string): ReceivedEvent[] => z.union([elements, cloudEvents]).parse(JSON.parse(body));
