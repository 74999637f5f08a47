/** A credential that renews itself once for everybody: single flight in this process and, by a lock, across processes. */
import { createHash } from "node:crypto";
import type { Credential, TokenResult } from "../core/credential.ts";
import type { StoredToken, TokenStore } from "../store/token-store.ts";

export type Renewal =
  | { kind: "renewed"; accessToken: string; refreshToken: string | null; expiresInSeconds: number | null }
  | { kind: "refused" | "unavailable"; message: string };

/** Renew this long before the end, as the official SDKs do. */
const MARGIN_MS = 5 * 60_000;
const WAIT_STEP_MS = 250;
const WAIT_STEPS = 60;

/** The name of a secret that tells nothing of it. */
export const fingerprintOf = (name: string, secret: string): string =>
  createHash("sha256").update(`${name}\n${secret}`).digest("hex").slice(0, 16);

export interface RenewalDeps {
  store: TokenStore;
  refreshToken: string;
  refresh(refreshToken: string): Promise<Renewal>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  randomId: () => string;
}

/** A token that nothing can renew: refused once is refused until a person changes it. */
export function createFixedCredential(fingerprint: string, token: string, whatToDo: string): Credential {
  return {
    fingerprint,
    current: async () => ({ kind: "token", value: token }),
    renew: async () => ({ kind: "refused", message: whatToDo }),
  };
}

/** `initial` is used until it is refused; null means the first use renews. */
export function createRenewableCredential(fingerprint: string, initial: string | null, deps: RenewalDeps): Credential {
  let cached: StoredToken | null =
    initial === null ? null : { accessToken: initial, refreshToken: "", expiresAt: Number.POSITIVE_INFINITY };
  let loaded = false;
  let flight: Promise<TokenResult> | null = null;

  async function renewOnce(failed: string | null): Promise<TokenResult> {
    const owner = deps.randomId();
    for (let waited = 0; waited < WAIT_STEPS; waited += 1) {
      const stored = await deps.store.load();
      if (stored !== null && stored.accessToken !== failed && stored.expiresAt > deps.now() + MARGIN_MS) {
        cached = stored;
        return { kind: "token", value: stored.accessToken };
      }
      if (await deps.store.lock(owner)) {
        try {
          const renewal = await deps.refresh(stored?.refreshToken || deps.refreshToken);
          if (renewal.kind !== "renewed") return renewal;
          cached = {
            accessToken: renewal.accessToken,
            refreshToken: renewal.refreshToken ?? stored?.refreshToken ?? "",
            expiresAt:
              renewal.expiresInSeconds === null
                ? Number.MAX_SAFE_INTEGER
                : deps.now() + renewal.expiresInSeconds * 1000,
          };
          // Stored before it is used: with a rotating refresh token, losing this answer would lose the account.
          await deps.store.save(cached);
          return { kind: "token", value: cached.accessToken };
        } finally {
          await deps.store.unlock(owner);
        }
      }
      await deps.sleep(WAIT_STEP_MS);
    }
    return { kind: "unavailable", message: "another process has been renewing this token for too long" };
  }

  const renew = (failed: string | null): Promise<TokenResult> => {
    if (cached !== null && failed !== null && cached.accessToken !== failed) {
      return Promise.resolve({ kind: "token", value: cached.accessToken });
    }
    flight ??= renewOnce(failed).finally(() => {
      flight = null;
    });
    return flight;
  };

  return {
    fingerprint,
    renew,
    async current() {
      if (!loaded) {
        const stored = await deps.store.load();
        if (stored !== null) cached = stored;
        loaded = true;
      }
      if (cached !== null && cached.expiresAt > deps.now() + MARGIN_MS)
        return { kind: "token", value: cached.accessToken };
      return renew(cached?.accessToken ?? null);
    },
  };
}
