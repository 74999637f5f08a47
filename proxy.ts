/**
 * The pages' own headers: a Content-Security-Policy with a nonce of this one answer, which Next puts on its scripts, and
 * nothing kept anywhere. The routes below /api and /elements come here for an address with escapes alone, which may be
 * none: their bodies would be buffered, and they answer no HTML.
 */
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";

export function proxy(request: NextRequest): NextResponse {
  if (!isReadable(request.nextUrl.pathname)) return new NextResponse("Bad Request\n", { status: 400, headers: PLAIN });
  if (/^\/(api|elements)\//.test(request.nextUrl.pathname)) return NextResponse.next();
  const policy = policyWith(randomBytes(16).toString("base64"));
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("cache-control", "no-store");
  const isShared = request.nextUrl.pathname.startsWith("/shared/");
  // What a shared story's address holds is a key to it.
  response.headers.set("referrer-policy", isShared ? "no-referrer" : "same-origin");
  if (isShared) response.headers.set("x-robots-tag", "noindex, nofollow, noarchive");
  response.headers.set("x-content-type-options", "nosniff");
  return response;
}

const PLAIN = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

/** Of an address whose escapes are no letters Next makes a fault of the relay's: 500, and an error in its log. */
function isReadable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** React's development build alone compiles code from text, and its tools bring styles of their own. */
function policyWith(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === "development";
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${isDevelopment ? " 'unsafe-inline'" : ""}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Pages that are written as text, the login among them, and pictures bring a policy of their own, without any script at all. */
export const config = {
  matcher: [
    "/((?!api/|elements/|docs/|_next/|login$|logout$|thumbnails$|connect/|icon\\.svg$).*)",
    "/:area(api|elements)/:rest(.*%.*)",
  ],
};
