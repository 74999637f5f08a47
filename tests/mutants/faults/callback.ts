/** Faults in where a callback may lead, in its signature, and in what a receiver is told. */
import type { Mutant } from "../mutant.ts";

const ADDRESSES = ["tests/security/callback-addresses.test.ts"];
const REBINDING = ["tests/security/callback-rebinding.test.ts"];
const SIGNING = ["tests/unit/callback-sign.test.ts"];
const DESTINATION = ["tests/unit/callback-destination.test.ts"];

export const callback: readonly Mutant[] = [
  {
    name: "callback-address-not-judged-at-the-connection",
    file: "lib/net/guarded-fetch.ts",
    text: "const connect = buildConnector({ lookup: judged(lookup, allowPrivate) });",
    replacement:
      "const connect = buildConnector({ lookup: judged(lookup, allowPrivate || options.own.length === 0) });",
    breaks: "a name that changes its mind gains nothing",
    tests: REBINDING,
  },
  {
    name: "callback-first-address-judged-alone",
    file: "lib/net/guarded-fetch.ts",
    text: "found.every(({ address }) => isAllowed(address, allowPrivate)) ? null : refused()",
    replacement: 'isAllowed(found[0]?.address ?? "", allowPrivate) ? null : refused()',
    breaks: "every address of a name is judged",
    tests: REBINDING,
  },
  {
    name: "callback-address-in-the-url-not-judged",
    file: "lib/net/guarded-fetch.ts",
    text: "if (whyNotCallback(url, options) !== null)",
    replacement: 'if (whyNotCallback(url, options)?.code === "own")',
    breaks: "an address needs no lookup to be refused",
    tests: REBINDING,
  },
  {
    name: "callback-mapped-addresses-public",
    file: "lib/net/address-class.ts",
    text: 'const PUBLIC_IPV6: Range = ["2000::", 3];',
    replacement: 'const PUBLIC_IPV6: Range = ["::", 0];',
    breaks: "IPv4 inside of IPv6 leads nowhere",
    tests: ADDRESSES,
  },
  {
    name: "callback-metadata-when-private-is-allowed",
    file: "lib/net/address-class.ts",
    text: '(allowPrivate && (is === "loopback" || is === "private"))',
    replacement: "allowPrivate",
    breaks: "metadata services are refused whatever the operator allows",
    tests: ADDRESSES,
  },
  {
    name: "callback-dots-at-the-end-of-a-name",
    file: "lib/net/why-not-callback.ts",
    text: String.raw`.replace(/\.+$/, "")`,
    replacement: "",
    breaks: "a name means the same with a dot at its end",
    tests: ADDRESSES,
  },
  {
    name: "callback-to-ourselves",
    file: "lib/net/why-not-callback.ts",
    text: "return here === there;",
    replacement: "return here === there && portOf(one) === portOf(other);",
    breaks: "a callback is no loop",
    tests: ADDRESSES,
  },
  {
    name: "callback-signed-without-its-time",
    file: "lib/destinations/callback/sign.ts",
    text: "{timestamp}.",
    replacement: "{sent.id}.",
    breaks: "an old request cannot be sent again",
    tests: SIGNING,
  },
  {
    name: "callback-signed-with-one-secret-while-it-rotates",
    file: "lib/destinations/callback/sign.ts",
    text: "secrets.map((secret)",
    replacement: "secrets.slice(0, 1).map((secret)",
    breaks: "a secret is rotated without a gap",
    tests: SIGNING,
  },
  {
    name: "callback-secret-taken-letter-by-letter",
    file: "lib/destinations/callback/sign.ts",
    text: "secret.startsWith(PREFIX) ?",
    replacement: "secret === PREFIX ?",
    breaks: "receivers verify with the libraries of the standard",
    tests: SIGNING,
  },
  {
    name: "callback-event-id-without-its-forerunner",
    file: "lib/destinations/callback/change.ts",
    text: 'kind, path, told?.eventId ?? ""]',
    replacement: "kind, path]",
    breaks: "a file renamed to and fro makes an event each time",
    tests: ["tests/unit/callback-change.test.ts"],
  },
  {
    name: "callback-deletion-kept-back-after-a-lost-answer",
    file: "lib/destinations/callback/change.ts",
    text: "if (isThere || mayHaveHeard) return make",
    replacement: "if (isThere) return make",
    breaks: "a receiver that heard of a file hears that it is gone",
    tests: ["tests/unit/callback-change.test.ts"],
  },
  {
    name: "callback-sent-without-a-claim",
    file: "lib/destinations/callback/destination.ts",
    text: "!(await attempt.note(notes))",
    replacement: "(await attempt.note(notes)) === undefined",
    breaks: "who lost a claim sends nothing",
    tests: DESTINATION,
  },
  {
    name: "callback-to-an-endpoint-that-is-gone",
    file: "lib/destinations/callback/verdict.ts",
    text: 'if (answer.status === 410) return "gone";',
    replacement: "",
    breaks: "410 ends all requests to an endpoint",
    tests: DESTINATION,
  },
  {
    name: "callback-endpoint-state-of-a-moment-ago-stored",
    file: "lib/store/scripts/put-endpoint.ts",
    text: "if current ~= ARGV[1] then",
    replacement: "if current == '' and ARGV[1] ~= '' then",
    breaks: "an answer that comes late undoes no pause",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "callback-unanswered-overtaken",
    file: "lib/destinations/callback/verdict.ts",
    text: "if (landsForMs > 0)",
    replacement: "if (landsForMs < 0)",
    breaks: "what may land late is not overtaken by a newer change",
    tests: ["tests/unit/callback-verdict.test.ts"],
  },
];
