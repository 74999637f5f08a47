/**
 * Connecting a Dropbox account in the browser: asks for consent with a verifier that never leaves the server but in a
 * sealed cookie, takes the answer only in the browser that asked, and makes or mends an instance of it.
 */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { type Html, html, pageResponse, redirectResponse } from "../core/html.ts";
import { INSTANCE_ID, type Instance, SOURCE } from "../core/instance.ts";
import { isSameSecret } from "../core/same-secret.ts";
import { authorizeUrl, SCOPES } from "../dropbox/authorize.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import { exchangeCode } from "../dropbox/oauth.ts";
import type { Changed, Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { askForLogin, formOf } from "../operator/login-page.ts";
import type { Operator } from "../operator/operator.ts";
import { createSealedCookie } from "../operator/sealed-cookie.ts";
import { dropboxForm } from "./dropbox-form.ts";
import { type NotKept, refusalOf, wordsOf } from "./dropbox-words.ts";

/** From the form to the answer: long enough to log in at Dropbox. */
const PENDING_SECONDS = 10 * 60;
const TOKEN_TIMEOUT_MS = 10_000;

const pendingSchema = z.object({
  state: z.string(),
  verifier: z.string(),
  /** The instance to be connected again; null: a new one. */
  instance: z.string().nullable(),
});

export interface DropboxConnectDeps {
  appKey: string | null;
  authorizeUrl: string;
  apiUrl: string;
  publicBaseUrl: string;
  /** Seals the cookie. */
  password: string;
  operator: Operator;
  instances: Pick<Instances, "get" | "create" | "reconnect">;
  dropbox: Pick<DropboxClient, "currentAccount">;
  fetch: typeof fetch;
  log: Log;
}

export type DropboxConnect = ReturnType<typeof createDropboxConnect>;

export function createDropboxConnect(deps: DropboxConnectDeps) {
  const { appKey, operator, instances, log } = deps;
  const redirectUri = `${deps.publicBaseUrl}/connect/dropbox/callback`;
  const pending = createSealedCookie({
    name: "relay-connect-dropbox",
    schema: pendingSchema,
    password: deps.password,
    lifeSeconds: PENDING_SECONDS,
    path: "/connect/dropbox",
    isSecure: deps.publicBaseUrl.startsWith("https:"),
  });

  /** Whatever comes of an answer, it was this cookie's only one. */
  const ended = (title: string, body: Html, status: number): Response =>
    pageResponse(
      title,
      html`${body}<p><a href="/connect/dropbox">Start again</a> · <a href="/instances">Instances</a></p>`,
      {
        status,
        headers: { "set-cookie": pending.cleared },
      },
    );

  const formPage = (instance: Instance | null): Response =>
    pageResponse("Connect a Dropbox account", dropboxForm(instance, appKey !== null), {
      // Where the form leads in the end: browsers ask for that too.
      formsTo: [new URL(deps.authorizeUrl).origin],
    });

  async function known(id: string | null): Promise<Instance | null> {
    return id !== null && INSTANCE_ID.test(id) ? ((await instances.get(id))?.instance ?? null) : null;
  }

  return {
    /** The page that says what will be asked for; `?instance=` to connect that one again. */
    async show(request: Request): Promise<Response> {
      const login = await askForLogin(operator, request);
      if (login !== null) return login;
      const id = new URL(request.url).searchParams.get("instance");
      const instance = await known(id);
      if (id !== null && instance === null)
        return ended("No such instance", html`<p>It may have been removed.</p>`, 404);
      return formPage(instance);
    },

    /** The form was sent: off to Dropbox. */
    async start(request: Request): Promise<Response> {
      const login = await askForLogin(operator, request);
      if (login !== null) return login;
      if (!operator.isOwnForm(request)) return ended("Not from here", html`<p>Start on this page.</p>`, 403);
      const fields = await formOf(request);
      const instance = await known(fields?.get("instance") ?? null);
      if (fields === null || appKey === null || (fields.has("instance") && instance === null))
        return ended("That cannot be connected", html`<p>The form is not complete.</p>`, 400);
      const [state, verifier] = [randomBytes(32).toString("base64url"), randomBytes(48).toString("base64url")];
      const cookie = await pending.set({ state, verifier, instance: instance?.id ?? null });
      const to = authorizeUrl({
        url: deps.authorizeUrl,
        appKey,
        redirectUri,
        state,
        scope: SCOPES.map(({ scope }) => scope).join(" "),
        challenge: createHash("sha256").update(verifier).digest("base64url"),
        again: true,
      });
      return redirectResponse(to, { "set-cookie": cookie });
    },

    /** Dropbox sent the browser back. */
    async finish(request: Request): Promise<Response> {
      if (!(await operator.isLoggedIn(request)))
        return ended("Not logged in", html`<p>Log in to the relay, then start again.</p>`, 403);
      const query = new URL(request.url).searchParams;
      const asked = await pending.read(request);
      if (asked === null || !isSameSecret(query.get("state") ?? "", asked.state)) {
        const why = html`<p>This answer does not belong to what this browser asked for, or that was more than ten minutes ago. Nothing was connected.</p>`;
        return ended("Not what was asked for", why, 400);
      }
      if (query.has("error")) {
        log.info({ error: query.get("error")?.slice(0, 100) }, "connect.refused");
        return query.get("error") === "access_denied"
          ? ended("Not connected", html`<p>You said no at Dropbox. Nothing was connected.</p>`, 200)
          : ended(
              "Not connected",
              html`<p>Dropbox refused: ${(query.get("error_description") ?? "").slice(0, 200)}</p>`,
              400,
            );
      }
      const { verifier } = asked;
      const code = query.get("code") ?? "";
      const { apiUrl, fetch } = deps;
      const call = { apiUrl, fetch, timeoutMs: TOKEN_TIMEOUT_MS, appKey: appKey ?? "", appSecret: null };
      const granted = await exchangeCode({ ...call, code, redirectUri, verifier });
      const refusal = refusalOf(granted);
      if (!granted.ok || refusal !== null || granted.refreshToken === null || granted.accountId === null) {
        log.warn({ reason: granted.ok ? refusal : granted.message }, "connect.failed");
        return ended("Not connected", html`<p>${refusal ?? "Dropbox gave an answer without an account."}</p>`, 502);
      }
      const account = granted.accountId;
      const who = await deps.dropbox.currentAccount(granted.accessToken);
      const accountLabel = who.ok ? (who.data.email ?? who.data.name ?? "") : "";
      const secrets = { refreshToken: granted.refreshToken, pkce: "1" };
      const changed = await keep(asked, account, accountLabel.slice(0, 300), secrets);
      if (changed.kind !== "stored") return ended("Not connected", html`<p>${wordsOf(changed)}</p>`, 409);
      log.info({ instance: changed.stored.instance.id }, "connect.connected");
      const did = asked.instance === null ? "connected" : "again";
      return redirectResponse(`/instances/${changed.stored.instance.id}?did=${did}`, { "set-cookie": pending.cleared });
    },
  };

  async function keep(
    asked: z.infer<typeof pendingSchema>,
    account: string,
    accountLabel: string,
    secrets: Record<string, string>,
  ): Promise<(Changed & { kind: "stored" }) | NotKept> {
    if (asked.instance !== null) {
      const instance = await known(asked.instance);
      if (instance === null) return { kind: "unknown" };
      // Its cursor and its known files are of the former account: those of another would pass for new.
      if (instance.account !== account) return { kind: "anotherAccount", label: instance.accountLabel };
      return instances.reconnect(asked.instance, SOURCE, secrets, (one) => ({ ...one, accountLabel }));
    }
    // It begins once its form says where its files go: without that they would go nowhere, and count as old.
    const draft = {
      ...{ name: (accountLabel || "Dropbox").slice(0, 200), tags: [], account, accountLabel, folder: "" },
      ...{ destinations: [], pollSeconds: null, isSetUp: false, status: "paused" as const },
    };
    return instances.create(draft, { [SOURCE]: secrets });
  }
}
