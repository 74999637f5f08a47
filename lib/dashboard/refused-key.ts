/** A key that is refused, and where another is given: the environment's in its variables, a stored instance's on its page. Pure. */
import { type Instance, SOURCE } from "../core/instance.ts";
import { instanceHref } from "./addresses.ts";
import type { Headline } from "./headline.ts";
import { sentence } from "./sentence.ts";

/** `link`: the address of a destination. */
export function mendingPlace(link: string): NonNullable<Headline["action"]> {
  const href = instanceHref(link);
  return href === null ? { text: "Open setup", href: "/setup" } : { text: "Open the instance", href };
}

/** Of the page of an instance itself; null where nothing is refused. */
export function refusedKey({ id, status, trouble, accountLabel, account, destinations }: Instance): Headline | null {
  if (status !== "unauthorized" || trouble === null) return null;
  const why = sentence(trouble.message);
  if (trouble.side === SOURCE) {
    return {
      tone: "bad",
      sentence: `Dropbox refuses the access to ${accountLabel || account}.`,
      why: `${why} Nothing is lost: all goes on once the account is connected again.`,
      action: { text: "Connect Dropbox again", href: `/connect/dropbox?instance=${id}` },
    };
  }
  const place = destinations.find((one) => one.id === trouble.side);
  const isPage = place?.kind === "page";
  return {
    tone: "bad",
    sentence: isPage
      ? `Facebook refuses the key of ${place.pageName || `Page ${place.pageId}`}.`
      : "The key is refused.",
    why: `${why} Nothing is lost: what waits goes out with a new key.`,
    action: { text: isPage ? "Choose the Page again, or give a new key" : "Give a new key", href: "#destinations" },
  };
}
