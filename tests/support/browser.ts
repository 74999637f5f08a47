/** The operator's browser: keeps cookies by path, sends forms with their origin, and follows nothing by itself. */

import { GET as finishDropbox } from "@/app/connect/dropbox/callback/route.ts";
import { GET as showDropbox, POST as startDropbox } from "@/app/connect/dropbox/route.ts";
import { GET as choosePage } from "@/app/connect/facebook/callback/route.ts";
import { POST as pickPage } from "@/app/connect/facebook/page/route.ts";
import { GET as showFacebook, POST as startFacebook } from "@/app/connect/facebook/route.ts";
import { POST as changeInstance, GET as instances } from "@/app/instances/route.ts";
import { POST as logIn, GET as showLogin } from "@/app/login/route.ts";
import { POST as logOut } from "@/app/logout/route.ts";

type Route = (request: Request) => Response | Promise<Response>;

const ROUTES: Record<string, Route> = {
  "GET /login": showLogin,
  "POST /login": logIn,
  "POST /logout": logOut,
  "GET /instances": instances,
  "POST /instances": changeInstance,
  "GET /connect/dropbox": showDropbox,
  "POST /connect/dropbox": startDropbox,
  "GET /connect/dropbox/callback": finishDropbox,
  "GET /connect/facebook": showFacebook,
  "POST /connect/facebook": startFacebook,
  "GET /connect/facebook/callback": choosePage,
  "POST /connect/facebook/page": pickPage,
};

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
    form?: Record<string, string>,
    more?: Record<string, string>,
  ): Promise<Answer> {
    const url = new URL(path, baseUrl);
    const cookies = [...jar].filter(([, one]) => url.pathname.startsWith(one.path));
    const headers = new Headers({ host: url.host, ...(form === undefined ? {} : { origin: url.origin }), ...more });
    if (cookies.length > 0) headers.set("cookie", cookies.map(([name, { value }]) => `${name}=${value}`).join("; "));
    const body = form === undefined ? {} : { body: new URLSearchParams(form) };
    const route = ROUTES[`${method} ${url.pathname}`];
    if (route === undefined) throw new Error(`no route ${method} ${url.pathname}`);
    const response = await route(new Request(url, { method, headers, ...body }));
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
    post: (path: string, form: Record<string, string>, more?: Record<string, string>) => send("POST", path, form, more),
    logIn: (token: string) => send("POST", "/login", { token, next: "/instances" }),
  };
}
