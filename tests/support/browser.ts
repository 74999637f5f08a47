/** The operator's browser: keeps cookies by path, sends forms with their origin, and follows nothing by itself. */
import { renderToStaticMarkup } from "react-dom/server";
import { vi } from "vitest";
import BackfillPage from "@/app/(operator)/files/backfill/page.tsx";
import { POST as actOnInstance } from "@/app/(operator)/instances/[id]/act/route.ts";
import { GET as folders } from "@/app/(operator)/instances/[id]/folders/route.ts";
import { POST as lookAt } from "@/app/(operator)/instances/[id]/look/route.ts";
import InstancePage from "@/app/(operator)/instances/[id]/page.tsx";
import RemovePage from "@/app/(operator)/instances/[id]/remove/page.tsx";
import { POST as saveInstance } from "@/app/(operator)/instances/[id]/save/route.ts";
import NewInstancePage from "@/app/(operator)/instances/new/page.tsx";
import InstancesPage from "@/app/(operator)/instances/page.tsx";
import { GET as finishDropbox } from "@/app/connect/dropbox/callback/route.ts";
import { GET as showDropbox, POST as startDropbox } from "@/app/connect/dropbox/route.ts";
import { GET as choosePage } from "@/app/connect/facebook/callback/route.ts";
import { POST as pickPage } from "@/app/connect/facebook/page/route.ts";
import { GET as showFacebook, POST as startFacebook } from "@/app/connect/facebook/route.ts";
import { POST as logIn, GET as showLogin } from "@/app/login/route.ts";
import { POST as logOut } from "@/app/logout/route.ts";

/** What a page asks for the request it is made for. */
let asking: Headers = new Headers();
vi.mock("next/headers", () => ({ headers: async () => asking }));

type Params = { params: Promise<{ id: string }> };
type Route = (request: Request, more: Params) => Response | Promise<Response>;
type Page = (props: Params & { searchParams: Promise<Record<string, string>> }) => Promise<React.ReactNode>;

const ROUTES: Record<string, Route> = {
  "GET /login": showLogin,
  "POST /login": logIn,
  "POST /logout": logOut,
  "GET /files/backfill": pageRoute(BackfillPage),
  "GET /instances": pageRoute(InstancesPage),
  "GET /instances/new": pageRoute(NewInstancePage),
  "GET /instances/:id": pageRoute(InstancePage),
  "GET /instances/:id/remove": pageRoute(RemovePage),
  "POST /instances/:id/save": saveInstance,
  "POST /instances/:id/act": actOnInstance,
  "GET /instances/:id/folders": folders,
  "POST /instances/:id/look": lookAt,
  "GET /connect/dropbox": showDropbox,
  "POST /connect/dropbox": startDropbox,
  "GET /connect/dropbox/callback": finishDropbox,
  "GET /connect/facebook": showFacebook,
  "POST /connect/facebook": startFacebook,
  "GET /connect/facebook/callback": choosePage,
  "POST /connect/facebook/page": pickPage,
};

/** A page as Next serves it, but for what is around it: a login that is asked for, and a page that is none, are thrown there. */
function pageRoute(page: Page): Route {
  return async (request, more) => {
    asking = request.headers;
    const searchParams = Promise.resolve(Object.fromEntries(new URL(request.url).searchParams));
    try {
      const text = renderToStaticMarkup(await page({ ...more, searchParams }));
      return new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } });
    } catch (cause) {
      const digest = cause instanceof Error && "digest" in cause ? String(cause.digest) : "";
      const [kind, , location = "", status] = digest.split(";");
      if (kind === "NEXT_REDIRECT") return new Response(null, { status: Number(status), headers: { location } });
      if (digest.startsWith("NEXT_HTTP_ERROR_FALLBACK;404")) return new Response(null, { status: 404 });
      throw cause;
    }
  };
}

export interface Answer {
  status: number;
  /** "" where there is none. */
  location: string;
  text: string;
  headers: Headers;
}

export type Browser = ReturnType<typeof openBrowser>;

export function openBrowser(baseUrl: string) {
  const jar = new Map<string, { value: string; path: string }>();

  async function send(
    method: string,
    path: string,
    form?: Record<string, string> | URLSearchParams,
    more?: Record<string, string>,
  ): Promise<Answer> {
    const url = new URL(path, baseUrl);
    const cookies = [...jar].filter(([, one]) => url.pathname.startsWith(one.path));
    const headers = new Headers({ host: url.host, ...(form === undefined ? {} : { origin: url.origin }), ...more });
    if (cookies.length > 0) headers.set("cookie", cookies.map(([name, { value }]) => `${name}=${value}`).join("; "));
    const body = form === undefined ? {} : { body: new URLSearchParams(form) };
    const [, top = "", id = "", rest = ""] = /^(\/instances)\/(?!new$)([^/]+)(.*)$/.exec(url.pathname) ?? [];
    const route = ROUTES[`${method} ${top === "" ? url.pathname : `${top}/:id${rest}`}`];
    if (route === undefined) throw new Error(`no route ${method} ${url.pathname}`);
    const response = await route(new Request(url, { method, headers, ...body }), { params: Promise.resolve({ id }) });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const at = pair.indexOf("=");
      const path_ = attributes.find((one) => one.startsWith("Path="))?.slice(5) ?? "/";
      if (attributes.includes("Max-Age=0")) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path: path_ });
    }
    return {
      status: response.status,
      location: response.headers.get("location") ?? "",
      text: await response.text(),
      headers: response.headers,
    };
  }

  return {
    jar,
    get: (path: string, more?: Record<string, string>) => send("GET", path, undefined, more),
    post: (path: string, form: Record<string, string> | URLSearchParams, more?: Record<string, string>) =>
      send("POST", path, form, more),
    logIn: (token: string) => send("POST", "/login", { token, next: "/instances" }),
  };
}
