/** The whole interface: what its three routes answer. */
import type { ElementsDeps } from "./deps.ts";
import { docsPage } from "./docs-page.ts";
import { openApi } from "./openapi.ts";
import { answerCall } from "./router.ts";

/** What programs written for Cloud Elements or SAP Open Connectors call. */
export interface Elements {
  answer(request: Request): Promise<Response>;
  document(): Response;
  docs(): Response;
}

export function createElements(deps: ElementsDeps & { publicBaseUrl: string }): Elements {
  let document: ReturnType<typeof openApi> | null = null;
  const documentOnce = () => {
    document ??= openApi(deps.publicBaseUrl);
    return document;
  };
  return {
    answer: (request) => answerCall(request, deps),
    document: () => Response.json(documentOnce(), { headers: { "x-content-type-options": "nosniff" } }),
    docs: () => docsPage(documentOnce()),
  };
}

const nothing = (): Response =>
  new Response("Not Found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });

/** While it is off: as at any address where nothing is. */
export const ELEMENTS_OFF: Elements = { answer: async () => nothing(), document: nothing, docs: nothing };
