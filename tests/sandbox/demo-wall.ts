/** What a demo drops and where it arrives: records at the endpoint, photos on a Page, or events at a receiver. */
import { pictureOf } from "./picture.ts";
import type { Sandbox } from "./server.ts";

export interface Wall {
  /** In words, for what is printed. */
  what: string;
  env: Record<string, string>;
  drop(count: number): void;
  /** Everything that arrived so far, in order. */
  arrived(): { at: number; name: string }[];
  doubled(): number;
  requests(): number;
}

export function recordsWall({ facebook, dropbox }: Sandbox): Wall {
  return {
    what: "wall of records",
    env: {},
    drop: (count) => void dropbox.files.addFiles(count, "/inbox/photo-"),
    arrived: () =>
      facebook
        .writes()
        .filter(({ method }) => method === "POST")
        .map(({ at, id }) => ({ at, name: facebook.find(id)[0]?.name ?? id })),
    doubled: () => facebook.doubles().length,
    requests: () => facebook.requests(),
  };
}

/** Photos in albums of ten, as many as there are: the daily budget is for real Pages. What is deleted leaves the timeline. */
export function pageWall({ graph, dropbox }: Sandbox): Wall {
  return {
    what: "a Page's timeline",
    env: { PAGE_POSTS_PER_DAY: "0", PAGE_ON_DELETE: "delete" },
    drop(count) {
      for (let n = 1; n <= count; n += 1) dropbox.files.addFile(`/Harbour walk/View ${n}.png`, pictureOf(n, 480, 320));
    },
    arrived() {
      const photos = new Map(graph.photos().map((photo) => [photo.id, photo]));
      return graph
        .posts()
        .flatMap(({ photoIds, createdAt }) =>
          photoIds.map((id) => ({ at: createdAt, name: photos.get(id)?.name ?? id })),
        );
    },
    doubled: () => graph.doubles().length,
    requests: () => graph.requests(),
  };
}

/** Only events whose signature held are counted as arrived. */
export function callbackWall({ receiver, dropbox }: Sandbox): Wall {
  return {
    what: "receiver of events",
    env: {},
    drop: (count) => void dropbox.files.addFiles(count, "/inbox/photo-"),
    arrived: () => receiver.events().map(({ at, change, path }) => ({ at, name: `${change} ${path}` })),
    doubled: () => receiver.bodies().flatMap(({ events }) => events).length - receiver.events().length,
    requests: () => receiver.requests(),
  };
}
