/** The environment, read once: one schema, every fault reported together with what to do about it. */
import { z } from "zod";
import { isSigningSecret, key32, list, SIGNING_SECRET, signingKey, text, token, url, whole } from "./env/fields.ts";

const LONG_SECRET = "must have at least 32 characters: openssl rand -hex 32";

/** Some write it with the `/2` that every route begins with. */
const dropboxUrl = url("leave it out for Dropbox itself").transform((base) => base.replace(/\/2$/, ""));

export const variables = z.object({
  DROPBOX_APP_KEY: text("Dropbox App Console → your app → Settings → App key").optional(),
  DROPBOX_APP_SECRET: text("Dropbox App Console → your app → Settings → App secret"),
  DROPBOX_APP_SECRET_PREVIOUS: text("the secret being rotated out").optional(),
  DROPBOX_ACCESS_TOKEN: token("Dropbox App Console → Generated access token").optional(),
  DROPBOX_REFRESH_TOKEN: text("from an OAuth link with token_access_type=offline").optional(),
  DROPBOX_ACCOUNT_ID: text("dbid:… of the account").optional(),
  DROPBOX_FOLDER: z
    .string()
    .default("")
    .transform((value) => value.trim().replace(/\/+$/, ""))
    .refine((value) => value === "" || value.startsWith("/"), "must start with / (or be empty for the whole tree)"),
  DROPBOX_API_URL: dropboxUrl.default("https://api.dropboxapi.com"),
  DROPBOX_CONTENT_URL: dropboxUrl.default("https://content.dropboxapi.com"),
  DROPBOX_AUTHORIZE_URL: url("leave it out for Dropbox itself").default("https://www.dropbox.com/oauth2/authorize"),
  DROPBOX_NOTIFY_URL: url("leave it out for Dropbox itself").default("https://notify.dropboxapi.com"),
  FACEBOOK_API_KEY: token("the bearer token of your records endpoint").default(""),
  FACEBOOK_API_URL: url("the records endpoint").default("https://api.facebook.com/v1/records"),
  FACEBOOK_REFRESH_URL: url("the OAuth 2.0 token endpoint that renews FACEBOOK_API_KEY").optional(),
  FACEBOOK_CLIENT_ID: text("of the OAuth client at FACEBOOK_REFRESH_URL").optional(),
  FACEBOOK_CLIENT_SECRET: text("of the OAuth client at FACEBOOK_REFRESH_URL").optional(),
  FACEBOOK_REFRESH_TOKEN: text("the refresh token for FACEBOOK_REFRESH_URL").optional(),
  FACEBOOK_PAGE_ID: text("the Page's number: Page → About → Page transparency")
    .regex(/^\d+$/, "must be the Page's number, digits only: Page → About → Page transparency")
    .optional(),
  FACEBOOK_GRAPH_URL: url("leave it out for Facebook itself").default("https://graph.facebook.com"),
  FACEBOOK_GRAPH_VERSION: z
    .string()
    .regex(/^v\d{2}\.0$/, "must be a version of the Graph API, like v26.0")
    .default("v26.0"),
  FACEBOOK_DIALOG_URL: url("leave it out for Facebook itself").default("https://www.facebook.com"),
  FACEBOOK_APP_ID: text("Facebook app → Settings → Basic → App ID")
    .regex(/^\d+$/, "must be the app's number: Facebook app → Settings → Basic → App ID")
    .optional(),
  FACEBOOK_APP_SECRET: text("Facebook app → Settings → Basic → App secret").optional(),
  PAGE_MESSAGE: z.string().optional(),
  PAGE_CAPTIONS: z.enum(["on", "off"], { error: "must be on or off" }).default("on"),
  PAGE_ALBUM_MAX: whole("photos in one post", 1, 40).default(10),
  PAGE_ALBUM_WINDOW_SECONDS: whole("seconds that photos wait for one another", 0, 3600).default(0),
  PAGE_ON_EDIT: z.enum(["keep", "text", "replace"], { error: "must be keep, text or replace" }).default("keep"),
  PAGE_ON_DELETE: z.enum(["keep", "hide", "delete"], { error: "must be keep, hide or delete" }).default("keep"),
  PAGE_VIDEOS: z.enum(["video", "reel", "skip"], { error: "must be video, reel or skip" }).default("video"),
  PAGE_OTHER_FILES: z.enum(["text", "link", "skip"], { error: "must be text, link or skip" }).default("text"),
  PAGE_UPLOAD: z.enum(["bytes", "url"], { error: "must be bytes or url" }).default("bytes"),
  PAGE_VIDEO_MAX_BYTES: whole("bytes", 1, 10_000_000_000).default(2_000_000_000),
  PAGE_POSTS_PER_DAY: whole("posts in 24 hours (0: no limit)", 0, 10_000).default(25),
  PAGE_SPACING_SECONDS: whole("seconds between two posts", 0, 86_400).default(0),
  CALLBACK_URL: text("the https address that is to receive events").optional(),
  CALLBACK_SECRET: text(SIGNING_SECRET).refine(isSigningSecret, `must be ${SIGNING_SECRET}`).optional(),
  CALLBACK_SECRET_PREVIOUS: text("the secret being rotated out").optional(),
  CALLBACK_SIGNATURE_KEY: text("the key of Elements-Webhook-Signature").optional(),
  CALLBACK_FORMAT: z
    .enum(["elements", "cloudevents"], { error: "must be elements or cloudevents" })
    .default("elements"),
  ALLOW_PRIVATE_CALLBACKS: z.enum(["0", "1"], { error: "must be 0 or 1" }).default("0"),
  OPERATOR_CALLBACK_URL: text("the https address that is told of troubles").optional(),
  OPERATOR_CALLBACK_SECRET: text(SIGNING_SECRET).refine(isSigningSecret, `must be ${SIGNING_SECRET}`).optional(),
  UPSTASH_REDIS_REST_URL: url("Upstash console → your Redis → REST API"),
  UPSTASH_REDIS_REST_TOKEN: token("Upstash console → your Redis → REST API"),
  QSTASH_URL: url("leave it out for the EU region").default("https://qstash.upstash.io"),
  QSTASH_TOKEN: token("Upstash console → QStash"),
  QSTASH_CURRENT_SIGNING_KEY: signingKey("Upstash console → QStash → Signing keys"),
  QSTASH_NEXT_SIGNING_KEY: signingKey("Upstash console → QStash → Signing keys"),
  QSTASH_DEV: z.never({ error: "must not be set: it makes signatures with publicly known keys valid" }).optional(),
  PUBLIC_BASE_URL: url("the https address of this deployment, as QStash and Dropbox reach it"),
  ENCRYPTION_KEY: key32.optional(),
  CRON_SECRET: token("any long random text; Vercel sends it with its daily sweep").optional(),
  ADMIN_TOKEN: token("what you show to ask and act: openssl rand -hex 32")
    .refine((value) => value.length >= 32, "must have at least 32 characters: openssl rand -hex 32")
    .optional(),
  ELEMENTS_USER_SECRET: token(LONG_SECRET).min(32, LONG_SECRET).optional(),
  ELEMENTS_ORGANIZATION_SECRET: token(LONG_SECRET).min(32, LONG_SECRET).optional(),
  BACKFILL: z.enum(["none", "all"], { error: "must be none or all" }).default("none"),
  INCLUDE: list,
  EXCLUDE: list,
  EXTENSIONS: list.transform((values) => values.map((value) => value.toLowerCase().replace(/^\./, ""))),
  SIZE_MAX_BYTES: z.coerce
    .number({ error: "must be a number of bytes" })
    .int()
    .positive()
    .default(4 * 1024 ** 3),
  CONCURRENCY: z.coerce.number({ error: "must be a number from 1 to 64" }).int().min(1).max(64).default(16),
  MONTHLY_COST_CAP_USD: z.coerce
    .number({ error: "must be US dollars a month, like 5" })
    .positive("must be more than 0: leave it out for no cap")
    .max(1_000_000, "must be at most a million")
    .optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

const schema = variables.superRefine(
  (env, context) => {
    const need = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (!env.DROPBOX_ACCESS_TOKEN && !env.DROPBOX_REFRESH_TOKEN) {
      need("DROPBOX_ACCESS_TOKEN", "set this or DROPBOX_REFRESH_TOKEN: Dropbox App Console → Generated access token");
    }
    if (!env.FACEBOOK_API_KEY && !env.CALLBACK_URL)
      need("FACEBOOK_API_KEY", "the bearer token of your records endpoint");
    if (env.CALLBACK_URL && env.FACEBOOK_PAGE_ID) need("CALLBACK_URL", "set this or FACEBOOK_PAGE_ID, not both");
    if (env.CALLBACK_URL && !env.CALLBACK_SECRET) need("CALLBACK_SECRET", `signs events: ${SIGNING_SECRET}`);
    if (env.OPERATOR_CALLBACK_URL && !env.OPERATOR_CALLBACK_SECRET)
      need("OPERATOR_CALLBACK_SECRET", `signs what you are told: ${SIGNING_SECRET}`);
    if (env.OPERATOR_CALLBACK_SECRET && !env.OPERATOR_CALLBACK_URL)
      need("OPERATOR_CALLBACK_URL", "set both this and OPERATOR_CALLBACK_SECRET, or neither");
    if (env.DROPBOX_REFRESH_TOKEN && !env.DROPBOX_APP_KEY)
      need("DROPBOX_APP_KEY", "needed to use DROPBOX_REFRESH_TOKEN");
    if (
      env.FACEBOOK_REFRESH_URL &&
      !(env.FACEBOOK_CLIENT_ID && env.FACEBOOK_CLIENT_SECRET && env.FACEBOOK_REFRESH_TOKEN)
    ) {
      need("FACEBOOK_REFRESH_URL", "also needs FACEBOOK_CLIENT_ID, FACEBOOK_CLIENT_SECRET and FACEBOOK_REFRESH_TOKEN");
    }
    if (Boolean(env.ELEMENTS_USER_SECRET) !== Boolean(env.ELEMENTS_ORGANIZATION_SECRET))
      need("ELEMENTS_USER_SECRET", "set both this and ELEMENTS_ORGANIZATION_SECRET, or neither");
    if ((env.FACEBOOK_REFRESH_URL || env.DROPBOX_REFRESH_TOKEN || env.ELEMENTS_USER_SECRET) && !env.ENCRYPTION_KEY) {
      need("ENCRYPTION_KEY", "needed to seal renewed tokens. Make one: openssl rand -base64 32");
    }
  },
  // Also when a variable is at fault by itself: a person mends all of them in one go.
  { when: () => true },
);

/** Every variable that says what the relay is and whom it talks to. */
export const ENV_NAMES: readonly string[] = [
  ...Object.keys(variables.shape),
  "KV_REST_API_URL",
  "KV_REST_API_TOKEN",
  "VERCEL_PROJECT_PRODUCTION_URL",
  "VERCEL_URL",
  "REDIS_URL",
];

export type Env = z.infer<typeof schema>;

/** What decides what a file becomes on a Page. */
export type PageEnv = Pick<Env, Extract<keyof Env, `PAGE_${string}`>>;

/** What nothing that is written may hold. The app key is no secret: it stands in the address that links an account. */
export const secretsOf = (env: Env): string[] =>
  [
    env.DROPBOX_APP_SECRET,
    env.DROPBOX_APP_SECRET_PREVIOUS,
    env.DROPBOX_ACCESS_TOKEN,
    env.DROPBOX_REFRESH_TOKEN,
    env.FACEBOOK_API_KEY,
    env.FACEBOOK_CLIENT_SECRET,
    env.FACEBOOK_APP_SECRET,
    env.FACEBOOK_REFRESH_TOKEN,
    env.CALLBACK_SECRET,
    env.CALLBACK_SECRET_PREVIOUS,
    env.CALLBACK_SIGNATURE_KEY,
    env.OPERATOR_CALLBACK_SECRET,
    env.UPSTASH_REDIS_REST_TOKEN,
    env.QSTASH_TOKEN,
    env.QSTASH_CURRENT_SIGNING_KEY,
    env.QSTASH_NEXT_SIGNING_KEY,
    env.ENCRYPTION_KEY === undefined ? undefined : Buffer.from(env.ENCRYPTION_KEY).toString("base64"),
    env.CRON_SECRET,
    env.ADMIN_TOKEN,
    env.ELEMENTS_USER_SECRET,
    env.ELEMENTS_ORGANIZATION_SECRET,
  ].filter((value) => value !== undefined);

export class EnvError extends Error {
  readonly code = "environment_invalid";
  constructor(readonly faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "EnvError";
  }
}

/** An empty variable counts as unset. */
export const setIn = (raw: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value.trim() !== ""));

/** Parses the environment; throws EnvError naming every fault at once, never a value. An empty variable counts as unset. */
export function parseEnv(raw: Record<string, string | undefined>): Env {
  const set = setIn(raw);
  // Vercel names the production host to previews too; a preview that took it would send its jobs to production.
  const vercelHost = (set.VERCEL_ENV === "preview" ? undefined : set.VERCEL_PROJECT_PRODUCTION_URL) ?? set.VERCEL_URL;
  const parsed = schema.safeParse({
    ...set,
    UPSTASH_REDIS_REST_URL: set.UPSTASH_REDIS_REST_URL ?? set.KV_REST_API_URL,
    UPSTASH_REDIS_REST_TOKEN: set.UPSTASH_REDIS_REST_TOKEN ?? set.KV_REST_API_TOKEN,
    PUBLIC_BASE_URL: set.PUBLIC_BASE_URL ?? (vercelHost === undefined ? undefined : `https://${vercelHost}`),
  });
  if (parsed.success) return parsed.data;
  throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}
