/** Limits and blocks: nothing was written, and calling on prolongs them. */
import { row } from "./error-row.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAGE_LIMIT = [15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR];
const APP_LIMIT = [HOUR];
const FEED_LIMIT = [HOUR, 6 * HOUR, 24 * HOUR];
const IRREGULAR = [4 * HOUR, 12 * HOUR, 24 * HOUR];
const SPAM_BLOCK = [24 * HOUR, 48 * HOUR, 72 * HOUR];
/** A person has to do something: seen within the hour when they do it at once, without nagging when they do not. */
const PERSON = [HOUR, 6 * HOUR, 24 * HOUR];
/** For a block or limit without a row of its own. */
export const DEFAULT_WAITS = PAGE_LIMIT;

export const LIMIT_ROWS = [
  row(4, 2207051, "blocked", "Facebook blocks this action of the app for now: see the app's dashboard", {
    waits: [24 * HOUR],
  }),
  row(4, "any", "throttled", "the app has used up its calls", { waits: APP_LIMIT }),
  row(17, "any", "throttled", "the person of the token has used up their calls", { waits: APP_LIMIT }),
  row(32, "any", "throttled", "too many calls with a person's token: a Page token has an allowance of its own", {
    waits: PAGE_LIMIT,
  }),
  row(341, "any", "throttled", "the Page has posted too much for now", { waits: FEED_LIMIT }),
  row(613, 1996, "blocked", "Facebook sees irregular traffic from the app: see the app's dashboard", {
    waits: IRREGULAR,
  }),
  row(613, "any", "throttled", "too many calls of this kind", { waits: [HOUR, ...PAGE_LIMIT.slice(2)] }),
  row(80001, "any", "throttled", "the Page has used up its calls", { waits: PAGE_LIMIT }),
  row([80002, 80009], "any", "throttled", "an allowance of another product is used up", { waits: PAGE_LIMIT }),
  row(80014, "any", "throttled", "an allowance of another product is used up", { waits: PAGE_LIMIT }),
  row(368, 1390008, "blocked", "Facebook blocks the Page for posting too fast: post less", { waits: SPAM_BLOCK }),
  row(368, 1390009, "blocked", "Facebook blocks this function for the Page: post less", { waits: SPAM_BLOCK }),
  row(
    368,
    1404078,
    "blocked",
    "Page Publishing Authorization is missing: an admin of the Page must complete it on facebook.com",
    { waits: PERSON },
  ),
  row(368, 4854002, "blocked", "Facebook asks for the identity of an admin: confirm it on facebook.com", {
    waits: PERSON,
  }),
  row(368, 1404006, "blocked", "Facebook asks for a security check: an admin must pass it on facebook.com", {
    waits: PERSON,
  }),
  row(368, 1404112, "blocked", "the account is restricted: see Support Inbox on facebook.com", { waits: PERSON }),
  row(368, 1346003, "rejected", "people have reported this content as abusive"),
  row(368, 1404102, "rejected", "the content is against the Community Standards"),
  row(368, 1349125, "rejected", "Facebook does not allow this content"),
  row(368, "any", "alreadyThere", "the Page has already posted this", { says: /already posted/i }),
  row(368, "any", "blocked", "Facebook blocks the Page for now: see Support Inbox on facebook.com", {
    waits: SPAM_BLOCK,
  }),
];
