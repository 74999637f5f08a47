/**
 * Whether an address somebody gave us may be called at all, by its text alone. What its name resolves to is checked where
 * the connection is made (guarded-fetch.ts): a name may mean another address by then.
 */
import { isIP } from "node:net";
import { addressClass, isAllowed } from "./address-class.ts";

export interface CallbackRules {
  /** ALLOW_PRIVATE_CALLBACKS: the operator lets callbacks reach this machine and its network. */
  allowPrivate: boolean;
  /** Our own addresses: a callback to one of them would be a loop. */
  own: readonly string[];
}

export interface Refusal {
  code: "unreadable" | "notHttps" | "credentials" | "port" | "localName" | "metadata" | "address" | "own";
  words: string;
}

const URL_MAX = 2048;
/** Below this, ports belong to other protocols, which may act on what an HTTP request says. */
const OWN_PORTS_FROM = 1024;

const LOCAL_ENDINGS = ["localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa"];
/** Never, whatever the operator allows. */
const METADATA_NAMES = [
  "metadata",
  "instance-data",
  "metadata.goog",
  "metadata.google.internal",
  "metadata.azure.internal",
];

/** Null when it may be called; else a code that stays the same, and words for a person. */
export function whyNotCallback(text: string, rules: CallbackRules): Refusal | null {
  // Another reader of the same text could take these for something else.
  if (text.length > URL_MAX || /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text)) {
    return { code: "unreadable", words: `must be a URL of at most ${URL_MAX} letters, without blanks or backslashes` };
  }
  // Decimal, octal, hexadecimal and short forms, and letters of other scripts, are in their usual form from here on.
  const url = new URL(text);
  const host = hostOf(url);
  const isAddress = isIP(host) !== 0;
  const isNear = isAddress ? ["loopback", "private"].includes(addressClass(host)) : isLocalName(host);

  if (url.protocol !== "https:" && !(url.protocol === "http:" && rules.allowPrivate && isNear)) {
    return { code: "notHttps", words: "must begin with https://" };
  }
  if (url.username !== "" || url.password !== "") {
    return { code: "credentials", words: "must not hold a user name or password" };
  }
  if (METADATA_NAMES.includes(host)) return { code: "metadata", words: "must not lead to a metadata service" };
  if (isAddress && !isAllowed(host, rules.allowPrivate)) {
    return { code: "address", words: "must not lead to an address that is not public" };
  }
  if (!isAddress && isNear && !rules.allowPrivate) {
    return { code: "localName", words: "must have a public name: this one is known in some network only" };
  }
  if (url.port !== "" && Number(url.port) < OWN_PORTS_FROM && !rules.allowPrivate) {
    return { code: "port", words: `must have port 443, or one from ${OWN_PORTS_FROM}` };
  }
  if (rules.own.some((own) => URL.canParse(own) && isSameServer(url, new URL(own)))) {
    return { code: "own", words: "must not lead back to the relay itself" };
  }
  return null;
}

/** Without the brackets of an IPv6 address and the dots at the end of a name. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "").replace(/\.+$/, "");

const isLocalName = (host: string): boolean =>
  !host.includes(".") || LOCAL_ENDINGS.some((ending) => host === ending || host.endsWith(`.${ending}`));

/** A public name is one server on whatever port; on one machine the ports tell servers apart, under any of its names. */
function isSameServer(one: URL, other: URL): boolean {
  const [here, there] = [hostOf(one), hostOf(other)];
  if (isThisMachine(here) && isThisMachine(there)) return portOf(one) === portOf(other);
  return here === there;
}

const isThisMachine = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || (isIP(host) !== 0 && addressClass(host) === "loopback");

const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80");
