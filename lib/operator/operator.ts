/**
 * Who runs the relay: whoever knows ADMIN_TOKEN. A program proves it with each request, a browser once, and then by a
 * sealed cookie that ends after half a day, or when the token or the encryption key is changed.
 */
import { z } from "zod";
import { BY_DASHBOARD, type RecordDeed } from "../core/audit.ts";
import { isSameSecret } from "../core/same-secret.ts";
import type { LoginTries } from "../store/login-tries.ts";
import { createSealedCookie } from "./sealed-cookie.ts";

const SESSION_SECONDS = 12 * 3600;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const sessionSchema = z.object({ operator: z.literal(true) });

type Asking = { headers: Pick<Headers, "get"> };

export type LogIn =
  | { kind: "loggedIn"; cookie: string }
  | { kind: "wrong" }
  /** Wrong too, and one of too many of anybody: how long (ms) that lasts. */
  | { kind: "tooMany"; afterMs: number }
  /** There is no ADMIN_TOKEN, and so nobody can prove anything. */
  | { kind: "off" };

export interface OperatorOptions {
  /** Null: nobody can log in. */
  adminToken: string | null;
  /** Seals the cookie. */
  password: string;
  publicBaseUrl: string;
  tries: LoginTries;
  record: RecordDeed;
}

export type Operator = ReturnType<typeof createOperator>;

export function createOperator({ adminToken, password, publicBaseUrl, tries, record }: OperatorOptions) {
  const isSecure = publicBaseUrl.startsWith("https:");
  const cookie = createSealedCookie({
    name: "relay-operator",
    schema: sessionSchema,
    password,
    lifeSeconds: SESSION_SECONDS,
    path: "/",
    isSecure,
  });

  return {
    isOn: adminToken !== null,

    async logIn(given: string): Promise<LogIn> {
      if (adminToken === null) return { kind: "off" };
      // Before anything is counted: else a stranger who guesses keeps the operator out. No guess meets 32 letters.
      if (isSameSecret(given, adminToken)) {
        // Only those that were let in: whoever guesses must not push out of the list what was done.
        await record({ who: BY_DASHBOARD, act: "login", on: "", ended: "loggedIn" });
        return { kind: "loggedIn", cookie: await cookie.set({ operator: true }) };
      }
      const afterMs = await tries.count();
      return afterMs === null ? { kind: "wrong" } : { kind: "tooMany", afterMs };
    },

    /** The `Set-Cookie` value that ends the session of this browser. */
    logOut: cookie.cleared,

    /** A browser that has logged in. */
    isLoggedIn: async (request: Asking): Promise<boolean> =>
      adminToken !== null && (await cookie.read(request)) !== null,

    /** A program: `Authorization: Bearer` with the token. */
    isBearer(request: Asking): boolean {
      const given = request.headers.get("authorization");
      return adminToken !== null && given !== null && isSameSecret(given, `Bearer ${adminToken}`);
    },

    /** A form of a page of ours, not one that another site sent in this browser's name. */
    isOwnForm(request: Asking): boolean {
      const origin = request.headers.get("origin");
      if (origin === null || !URL.canParse(origin)) return false;
      if (origin === new URL(publicBaseUrl).origin) return true;
      const { protocol, host, hostname } = new URL(origin);
      // Anybody on the way can write a page of ours that comes without TLS, but for one of this very machine.
      if (isSecure && protocol !== "https:" && !LOOPBACK.includes(hostname)) return false;
      return host === request.headers.get("host");
    },
  };
}
