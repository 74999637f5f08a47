/** The credential of a Facebook Page: its own token, derived from the configured one once for everybody, and once more when it is refused. */
import type { Credential } from "../core/credential.ts";
import type { StoredToken, TokenStore } from "../store/token-store.ts";
import { createRenewableCredential, type RenewalDeps } from "./credential.ts";

const SAME_AGAIN =
  "Facebook refuses the Page's token and gives the same one again: connect the Page again and set a new FACEBOOK_API_KEY";

/**
 * `given`: the configured token, of the Page or of a person or system user. Without a store each process derives for
 * itself: nothing is lost with a derived token, as the configured one gives it again.
 */
export function createPageCredential(
  fingerprint: string,
  given: string,
  deps: Omit<RenewalDeps, "store" | "refreshToken" | "refresh"> & {
    store: TokenStore | null;
    derive: RenewalDeps["refresh"];
  },
): Credential {
  const { derive, store, ...world } = deps;
  const inner = createRenewableCredential(fingerprint, null, {
    ...world,
    store: store ?? inMemory(),
    refreshToken: given,
    refresh: derive,
  });
  return {
    ...inner,
    async renew(failed) {
      const result = await inner.renew(failed);
      // Nothing would change: the caller must not send again with it.
      if (result.kind === "token" && result.value === failed) return { kind: "refused", message: SAME_AGAIN };
      return result;
    },
  };
}

/** Of one process, where renewals already wait for each other. */
function inMemory(): TokenStore {
  let stored: StoredToken | null = null;
  return {
    load: async () => stored,
    save: async (token) => {
      stored = token;
    },
    lock: async () => true,
    unlock: async () => {},
  };
}
