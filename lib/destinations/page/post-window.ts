/**
 * Which waiting photos become one post: those that follow one another into the same folder within a window. Pure.
 * The window opens with a group's first photo and does not move, so a steady stream cannot hold a post back forever.
 */

export interface WaitingPhoto {
  id: string;
  folder: string;
  /** When the listing showed it (ms). */
  seenAt: number;
  /** Place in the order of arrival; equal ones go by id. */
  order: number;
}

export interface WindowSettings {
  /** Off: each photo is a post of its own, at once. */
  enabled: boolean;
  windowMs: number;
  /** Facebook documents no maximum; other schedulers stop at ten. */
  maxPerPost: number;
}

export interface PhotoGroup {
  folder: string;
  /** In order of arrival. */
  ids: string[];
  /** From then on nothing can join it. */
  readyAt: number;
}

/**
 * The groups that are ready now, earliest first, and when the next one will be (null: none is waiting). Each photo is
 * in one group. Within a folder a group never becomes ready before the one ahead of it, so posts keep the order.
 */
export function groupPhotos(
  waiting: readonly WaitingPhoto[],
  settings: WindowSettings,
  now: number,
): { ready: PhotoGroup[]; nextReadyAt: number | null } {
  const groups = [...byFolder(waiting).values()].flatMap((photos) => split(photos, settings));
  const ready = groups.filter(({ readyAt }) => readyAt <= now).sort((a, b) => a.readyAt - b.readyAt);
  const later = groups.map(({ readyAt }) => readyAt).filter((readyAt) => readyAt > now);
  return { ready, nextReadyAt: later.length === 0 ? null : Math.min(...later) };
}

function byFolder(waiting: readonly WaitingPhoto[]): Map<string, WaitingPhoto[]> {
  const folders = new Map<string, WaitingPhoto[]>();
  const inOrder = waiting.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  for (const photo of inOrder) {
    const photos = folders.get(photo.folder);
    if (photos === undefined) folders.set(photo.folder, [photo]);
    else photos.push(photo);
  }
  return folders;
}

/** One folder's photos, cut wherever the window has closed or the post is full. */
function split(photos: readonly WaitingPhoto[], settings: WindowSettings): PhotoGroup[] {
  const max = settings.enabled ? Math.max(1, settings.maxPerPost) : 1;
  const groups: PhotoGroup[] = [];
  let openedAt = 0;
  for (const { id, folder, seenAt } of photos) {
    const last = groups.at(-1);
    const joins = last !== undefined && last.ids.length < max && seenAt <= openedAt + settings.windowMs;
    const ahead = joins ? groups.at(-2) : last;
    const group = joins ? last : { folder, ids: [], readyAt: 0 };
    if (!joins) {
      groups.push(group);
      openedAt = seenAt;
    }
    group.ids.push(id);
    // A full group waits for nobody.
    const readyAt = group.ids.length === max ? Math.max(openedAt, seenAt) : openedAt + settings.windowMs;
    group.readyAt = Math.max(readyAt, ahead?.readyAt ?? readyAt);
  }
  return groups;
}
