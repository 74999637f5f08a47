/** Where a delivery may connect to. The local queue reaches this machine only, whatever it is asked to deliver. */

/** The loopback address to connect to; null when the destination is refused. */
export type ResolveAddress = (destination: string) => string | null;

/** Throws when a forward target is not a loopback address, which would make the queue an open relay. */
export function createAddressResolver(forward: Record<string, string>): ResolveAddress {
  const bases = Object.entries(forward).map(([from, to]) => ({ from: new URL(from), to: new URL(to) }));
  for (const { to } of bases) {
    if (!isLoopback(to)) throw new Error(`forward target ${to.origin} is not a loopback address`);
  }

  return (destination) => {
    if (!/^https?:\/\//.test(destination) || !URL.canParse(destination)) return null;
    const url = new URL(destination);
    if (url.username !== "" || url.password !== "") return null;
    for (const { from, to } of bases) {
      const rest = restUnder(from, url);
      if (rest !== null) return `${to.origin}${withoutSlash(to.pathname)}${rest}${url.search}`;
    }
    return isLoopback(url) ? url.href : null;
  };
}

/** The path below the base, "" or starting with a slash; null when the URL is somewhere else. */
function restUnder(base: URL, url: URL): string | null {
  const path = withoutSlash(base.pathname);
  if (url.origin !== base.origin || !url.pathname.startsWith(path)) return null;
  const rest = url.pathname.slice(path.length);
  return rest === "" || rest.startsWith("/") ? rest : null;
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, "");
}

/** The URL parser has already turned 127.1, 0x7f000001 and the like into four decimal numbers. */
function isLoopback(url: URL): boolean {
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
}
