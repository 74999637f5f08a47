/** Read-only links to one file's story: made and revoked by the operator, and shown to whoever has one. */
import { BY_DASHBOARD } from "../core/audit.ts";
import type { Story } from "../core/story.ts";
import { counted } from "../core/times.ts";
import type { Share, ShareTokens } from "../operator/share-token.ts";
import type { ShareStore } from "../store/share-store.ts";
import type { Context } from "./context.ts";
import { findLink } from "./find-link.ts";
import { tellStory } from "./tell-story.ts";

const DAY_MS = 86_400_000;
export const SHARE_DAYS = [1, 7, 30] as const;
/** Links of one file at a time. */
export const SHARES_MAX = 10;

export interface Sharing {
  tokens: ShareTokens;
  store: ShareStore;
}

export interface Shared extends Pick<Share, "id" | "until"> {
  /** Where whoever has it finds the story. */
  href: string;
}

type Needs = Pick<Context, "sharing" | "services" | "publicBaseUrl" | "now" | "log">;
interface At {
  /** As pages name it. */
  link: string;
  file: string;
}

/** The links of a file that still show it; null: without ADMIN_TOKEN and ENCRYPTION_KEY there are none. */
export async function sharesOf(context: Needs, { link, file }: At): Promise<Shared[] | null> {
  const { sharing, publicBaseUrl, now } = context;
  if (sharing === null) return null;
  const rows = await sharing.store.of(link, file);
  return rows
    .filter(({ until }) => until > now())
    .map((row) => ({
      ...row,
      href: `${publicBaseUrl}/shared/${sharing.tokens.make({ ...row, link, file })}`,
    }));
}

export type ShareResult = "shared" | "tooManyShares" | "cannotShare";

/** A further link to the story, for so many days. */
export async function shareStory(context: Needs, at: At, days: number): Promise<ShareResult> {
  let ended = "failed";
  try {
    const result = await share(context, at, days);
    ended = result === "shared" ? `for ${counted(days, "day")}` : result;
    return result;
  } finally {
    await noteDeed(context, "share", at, ended);
  }
}

/** The link shows nothing from now on. */
export async function revokeShare(context: Needs, at: At, id: string): Promise<"revoked" | "cannotShare"> {
  const { sharing, log } = context;
  if (sharing === null) return "cannotShare";
  await sharing.store.remove(at.link, at.file, [id]);
  log.info({ link: at.link, delivery: at.file, share: id }, "operator.share_revoked");
  await noteDeed(context, "revokeShare", at, "revoked");
  return "revoked";
}

const noteDeed = ({ services }: Needs, act: "share" | "revokeShare", { link, file }: At, ended: string) =>
  services.audit.record({ who: BY_DASHBOARD, act, on: `${file} ${link}`.trim(), ended });

async function share(context: Needs, { link, file }: At, days: number): Promise<ShareResult> {
  const { sharing, services, now, log } = context;
  if (sharing === null) return "cannotShare";
  const rows = await sharing.store.of(link, file);
  const over = rows.filter(({ until }) => until <= now()).map(({ id }) => id);
  if (rows.length - over.length >= SHARES_MAX) return "tooManyShares";
  await sharing.store.remove(link, file, over);
  const made = { id: services.randomId().replaceAll("-", ""), until: now() + days * DAY_MS };
  await sharing.store.add(link, file, made);
  log.info({ link, delivery: file, share: made.id, until: new Date(made.until).toISOString() }, "operator.shared");
  return "shared";
}

/** What a link shows; null, without any reason, for one that is forged, over or revoked, or whose file is not there. */
export async function sharedStory(context: Needs, token: string): Promise<{ story: Story; until: number } | null> {
  const { sharing, now } = context;
  const share = sharing?.tokens.read(token, now()) ?? null;
  if (sharing === null || share === null) return null;
  if (!(await sharing.store.has(share.link, share.file, share.id))) return null;
  const at = await findLink(context, share.link);
  const told = at === null ? null : await tellStory([at.link], share.file, now());
  return told === null ? null : { story: told.story, until: share.until };
}
