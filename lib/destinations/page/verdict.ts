/** What an error of Facebook's means for the delivery; `classify` makes an outcome of it. */

/** How a request could have changed anything: what is only read, staged out of sight, shown, changed or taken away. */
export type RequestKind = "read" | "stage" | "publish" | "edit" | "delete";

export type Verdict =
  /** Too many calls, or a block on the Page: everything waits. */
  | "throttled"
  | "blocked"
  /** The Page token is refused; one derived anew may do. */
  | "renew"
  /** A person must act: at Facebook, on the permissions, or on the relay's settings. */
  | "reconnect"
  | "permission"
  | "configuration"
  /** Refused, without effect, and for good. */
  | "rejected"
  /** Without effect; the same again later. */
  | "later"
  /** May have happened: look before anything is sent again. */
  | "unclear"
  /** Evidence that an earlier attempt was successful. Not proof: look for it; not found is a refusal. */
  | "alreadyThere"
  /** Not there, or not visible: of a post just made, perhaps not yet. Proves nothing about a write. */
  | "gone"
  /** The same read, asking for less. */
  | "lessData"
  /** The step of an upload again, from the offset the failure names or the one the video's state tells. */
  | "resume"
  /** Another way to publish the same file: the first of these three that was not tried yet, from this one on. */
  | "useBytes"
  | "convert"
  | "asLink"
  /** The post with the address in its text only. */
  | "withoutLink"
  /** An ordinary video instead of a reel. */
  | "asVideo";
