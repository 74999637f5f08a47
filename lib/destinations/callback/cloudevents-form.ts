/** A body as a JSON batch of CloudEvents 1.0. */
import type { Change } from "./change.ts";
import type { Message } from "./message.ts";

export const cloudEventsForm = ({ changes, instance }: Message): string =>
  JSON.stringify(changes.map((change) => eventOf(change, instance.id)));

const eventOf = (change: Change, instance: number): object => ({
  specversion: "1.0",
  id: change.id,
  source: `/instances/${instance}`,
  type: `com.dropbox.file.${change.kind}`,
  subject: change.path,
  time: new Date(change.at).toISOString(),
  datacontenttype: "application/json",
  data: {
    id: change.fileId,
    rev: change.rev,
    name: change.name,
    path: change.path,
    size: change.size,
    ...(change.formerPath === null ? {} : { formerPath: change.formerPath }),
    ...(change.kind === "deleted" ? { reason: change.movedOut ? "movedOut" : "deleted" } : {}),
  },
});
