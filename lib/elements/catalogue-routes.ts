/** The routes of the catalogue, and where the owner of an account is sent to. */
import { ok, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import { ELEMENT, ELEMENT_ID, ELEMENT_KEY, HUB, isElement, METADATA } from "./element.ts";
import { EXAMPLES } from "./examples.ts";
import { bodyless, type Raw, type Route, route } from "./route.ts";
import * as schemas from "./schemas.ts";

const { noQuery } = schemas;

const known = ({ params }: Pick<Raw, "params">): void => {
  if (!isElement(params.keyOrId ?? "")) refuse(404, "No element found: there is dropbox");
};

type Asked = { apiKey: string; callbackUrl: string; state?: string | undefined; scope?: string | undefined };

const consent = ({ apiKey, callbackUrl, state = ELEMENT_KEY, scope }: Asked, { dropbox }: ElementsDeps) =>
  ok({
    element: ELEMENT_KEY,
    oauthUrl: dropbox.consentUrl({ appKey: apiKey, redirectUri: callbackUrl, state, scope: scope ?? null }),
  });

const CONSENT = {
  path: "/elements/{keyOrId}/oauth/url",
  audience: "anyone",
  answer: schemas.oauthUrlAnswer,
} as const;

export const CATALOGUE_ROUTES: readonly Route[] = [
  bodyless({
    method: "GET",
    path: "/elements",
    summary: "The catalogue",
    audience: "anyone",
    query: noQuery,
    answer: schemas.elementsAnswer,
    run: async () => ok([ELEMENT], { "elements-returned-count": "1" }),
  }),
  bodyless({
    method: "GET",
    path: "/elements/keys",
    summary: "Its keys",
    audience: "anyone",
    query: noQuery,
    answer: schemas.keysAnswer,
    run: async () => ok([{ id: ELEMENT_ID, key: ELEMENT_KEY, name: ELEMENT.name }]),
  }),
  bodyless({
    method: "GET",
    path: "/elements/{keyOrId}",
    summary: "One entry",
    audience: "anyone",
    query: noQuery,
    answer: schemas.elementAnswer,
    async run(call) {
      known(call);
      return ok(ELEMENT);
    },
  }),
  bodyless({
    method: "GET",
    path: "/elements/{keyOrId}/metadata",
    audience: "anyone",
    query: noQuery,
    summary: "What it can tell of",
    answer: schemas.metadataAnswer,
    async run(call) {
      known(call);
      return ok(METADATA);
    },
  }),
  bodyless({
    method: "GET",
    path: "/hubs",
    summary: "The hubs",
    audience: "anyone",
    query: noQuery,
    answer: schemas.hubsAnswer,
    run: async () => ok([{ key: HUB, name: "Documents" }]),
  }),
  bodyless({
    method: "GET",
    path: "/ping",
    summary: "Whether it answers",
    audience: "instance",
    query: noQuery,
    answer: schemas.pingAnswer,
    run: async (_call, { now }) => ok({ dateTime: new Date(now()).toISOString(), endpoint: ELEMENT_KEY }),
  }),
  bodyless({
    ...CONSENT,
    method: "GET",
    query: schemas.oauthUrlSchema,
    summary: "Where consent is asked for",
    example: { answer: EXAMPLES.oauthUrl },
    async run(call, deps) {
      known(call);
      return consent(call.query, deps);
    },
  }),
  route({
    ...CONSENT,
    method: "POST",
    query: noQuery,
    body: schemas.oauthUrlSchema,
    summary: "The same, with the secret in the body instead of the address",
    example: { body: EXAMPLES.oauthBody, answer: EXAMPLES.oauthUrl },
    async run(call, deps) {
      known(call);
      return consent(call.body, deps);
    },
  }),
  bodyless({
    ...CONSENT,
    method: "GET",
    path: "/elements/{keyOrId}/oauth/url/default",
    query: schemas.oauthDefaultSchema,
    summary: "The same, with the app of this deployment",
    example: { answer: EXAMPLES.oauthUrl },
    async run(call, deps) {
      known(call);
      const apiKey = deps.app.key ?? refuse(404, "This deployment has no DROPBOX_APP_KEY");
      return consent({ ...call.query, apiKey }, deps);
    },
  }),
];
