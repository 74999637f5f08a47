/** The list of forms in which somebody may try to send the relay into its own network: all refused. */
import { describe, expect, it } from "vitest";
import { addressClass, isAllowed } from "@/lib/net/address-class.ts";
import { type CallbackRules, type Refusal, whyNotCallback } from "@/lib/net/why-not-callback.ts";

const OUTSIDE: CallbackRules = { allowPrivate: false, own: ["https://relay.example.com"] };
const INSIDE: CallbackRules = { ...OUTSIDE, allowPrivate: true };
const code = (url: string, rules = OUTSIDE) => whyNotCallback(url, rules)?.code ?? null;

/** Every form that was tried, and as what it is refused. */
const TRIED: readonly (readonly [url: string, as: Refusal["code"]])[] = [
  // this machine, in every way to write it
  ["https://127.0.0.1/", "address"],
  ["https://127.1/", "address"],
  ["https://127.0.1/", "address"],
  ["https://127.255.255.254/", "address"],
  ["https://127.0.0.1./", "address"],
  ["https://2130706433/", "address"],
  ["https://017700000001/", "address"],
  ["https://0177.0.0.1/", "address"],
  ["https://0x7f000001/", "address"],
  ["https://0x7f.0x0.0x0.0x1/", "address"],
  ["https://0x7f.1/", "address"],
  ["https://127.0.0.01/", "address"],
  ["https://%31%32%37.0.0.1/", "address"],
  ["https://①②⑦.⓪.⓪.①/", "address"],
  ["https://１２７.０.０.１/", "address"],
  ["https://127。0。0。1/", "address"],
  ["https://[::1]/", "address"],
  ["https://[0:0:0:0:0:0:0:1]/", "address"],
  ["https://localhost/", "localName"],
  ["https://LOCALHOST/", "localName"],
  ["https://localhost./", "localName"],
  ["https://localhost../", "localName"],
  ["https://ｌocalhost/", "localName"],
  ["https://loc%61lhost/", "localName"],
  ["https://a.localhost/", "localName"],
  ["https://localhost.localdomain/", "localName"],
  // nowhere in particular, which is this machine on many systems
  ["https://0/", "address"],
  ["https://0.0.0.0/", "address"],
  ["https://0.1.2.3/", "address"],
  ["https://[::]/", "address"],
  // IPv4 inside of IPv6
  ["https://[::ffff:127.0.0.1]/", "address"],
  ["https://[::ffff:7f00:1]/", "address"],
  ["https://[::ffff:0:127.0.0.1]/", "address"],
  ["https://[::ffff:8.8.8.8]/", "address"],
  ["https://[::127.0.0.1]/", "address"],
  ["https://[::a9fe:a9fe]/", "address"],
  ["https://[64:ff9b::127.0.0.1]/", "address"],
  ["https://[64:ff9b::a9fe:a9fe]/", "address"],
  ["https://[64:ff9b:1::a00:1]/", "address"],
  ["https://[2002:7f00:1::]/", "address"],
  ["https://[2002:a9fe:a9fe::]/", "address"],
  ["https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "address"],
  // networks of a house, a company or a provider
  ["https://10.0.0.1/", "address"],
  ["https://10.255.255.255/", "address"],
  ["https://167772161/", "address"],
  ["https://012.0.0.1/", "address"],
  ["https://172.16.0.1/", "address"],
  ["https://172.31.255.255/", "address"],
  ["https://192.168.1.1/", "address"],
  ["https://192.168.257/", "address"],
  ["https://100.64.0.1/", "address"],
  ["https://100.127.255.255/", "address"],
  ["https://[fc00::1]/", "address"],
  ["https://[fd12:3456:789a::1]/", "address"],
  ["https://[fec0::1]/", "address"],
  ["https://intranet/", "localName"],
  ["https://db/", "localName"],
  ["https://printer.local/", "localName"],
  ["https://redis.internal/", "localName"],
  ["https://kubernetes.default.svc.cluster.local/", "localName"],
  ["https://router.lan/", "localName"],
  ["https://nas.home.arpa/", "localName"],
  // the link, and metadata services
  ["https://169.254.169.254/latest/meta-data/", "address"],
  ["https://2852039166/", "address"],
  ["https://0xa9fea9fe/", "address"],
  ["https://0251.0376.0251.0376/", "address"],
  ["https://169.254.170.2/", "address"],
  ["https://169.254.0.1/", "address"],
  ["https://100.100.100.200/", "address"],
  ["https://168.63.129.16/", "address"],
  ["https://192.0.0.192/", "address"],
  ["https://[fe80::1]/", "address"],
  ["https://[febf::1]/", "address"],
  ["https://[fd00:ec2::254]/", "address"],
  ["https://[fd20:ce::254]/", "address"],
  ["https://metadata.google.internal/", "metadata"],
  ["https://METADATA.google.internal./", "metadata"],
  ["https://metadata/", "metadata"],
  ["https://metadata.goog/", "metadata"],
  ["https://instance-data/", "metadata"],
  // for documents, tests, groups and later
  ["https://192.0.0.1/", "address"],
  ["https://192.0.2.1/", "address"],
  ["https://198.51.100.1/", "address"],
  ["https://203.0.113.1/", "address"],
  ["https://192.88.99.1/", "address"],
  ["https://198.18.0.1/", "address"],
  ["https://198.19.255.255/", "address"],
  ["https://224.0.0.1/", "address"],
  ["https://239.255.255.250/", "address"],
  ["https://240.0.0.1/", "address"],
  ["https://255.255.255.255/", "address"],
  ["https://[ff02::1]/", "address"],
  ["https://[100::1]/", "address"],
  ["https://[2001:db8::1]/", "address"],
  ["https://[2001:2::1]/", "address"],
  ["https://[3fff::1]/", "address"],
  ["https://[5f00::1]/", "address"],
  // other protocols, ports and letters
  ["http://hooks.example.org/", "notHttps"],
  ["ftp://hooks.example.org/", "notHttps"],
  ["file:///etc/passwd", "notHttps"],
  ["gopher://hooks.example.org:6379/_FLUSHALL", "notHttps"],
  ["javascript:alert(1)", "notHttps"],
  ["data:text/plain,x", "notHttps"],
  ["https://hooks.example.org:22/", "port"],
  ["https://hooks.example.org:25/", "port"],
  ["https://hooks.example.org:80/", "port"],
  ["https://user@hooks.example.org/", "credentials"],
  ["https://user:password@hooks.example.org/", "credentials"],
  ["https://hooks.example.org@127.0.0.1/", "credentials"],
  ["https://hooks.example.org\\@127.0.0.1/", "unreadable"],
  ["https://127.0.0.1\\.hooks.example.org/", "unreadable"],
  [" https://hooks.example.org/", "unreadable"],
  ["https://hooks.example.org/\r\nHost: 127.0.0.1", "unreadable"],
  ["https://hooks.exam\tple.org/", "unreadable"],
  ["https://[fe80::1%25eth0]/", "unreadable"],
  ["https://256.256.256.256/", "unreadable"],
  ["https://1.2.3.4.5/", "unreadable"],
  ["https://", "unreadable"],
  ["hooks.example.org", "unreadable"],
  ["", "unreadable"],
  [`https://hooks.example.org/${"x".repeat(2048)}`, "unreadable"],
  // ourselves
  ["https://relay.example.com/api/dropbox/webhook", "own"],
  ["https://RELAY.example.com./api/relay", "own"],
  ["https://relay.example.com:8443/", "own"],
];

describe("the address of a callback, by its text", () => {
  it.each(TRIED)("%s → refused: %s", (url, as) => {
    expect(code(url)).toBe(as);
  });

  it.each([
    "https://hooks.example.org/",
    "https://hooks.example.org/a/b?c=d",
    "https://hooks.example.org:8443/",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/",
    "https://8.8.8.8/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
    "https://[2606:4700:4700::1111]/",
    "https://localhost.example.org/",
    "https://169.254.169.254.example.org/",
  ])("%s → may be called", (url) => {
    expect(whyNotCallback(url, OUTSIDE)).toBeNull();
  });

  it("a refusal → words for a person, which do not repeat the address", () => {
    for (const [url] of TRIED) {
      const words = whyNotCallback(url, OUTSIDE)?.words ?? "";
      expect(words).toMatch(/^must \S.{8,}/);
      if (url.length > 20) expect(words).not.toContain(url);
    }
  });
});

describe("ALLOW_PRIVATE_CALLBACKS", () => {
  it.each([
    "http://127.0.0.1:4000/",
    "http://localhost:4000/",
    "https://localhost/",
    "http://[::1]:4000/",
    "http://192.168.1.20/hooks",
    "http://receiver:8080/",
    "https://[fd12:3456:789a::1]/",
  ])("%s → may be called", (url) => {
    expect(whyNotCallback(url, INSIDE)).toBeNull();
  });

  it.each([
    "https://169.254.169.254/",
    "http://169.254.169.254/",
    "https://2852039166/",
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fd20:ce::254]/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://0.0.0.0/",
    "https://[::ffff:127.0.0.1]/",
    "https://224.0.0.1/",
    "http://hooks.example.org/",
    "http://8.8.8.8/",
  ])("%s → refused all the same", (url) => {
    expect(whyNotCallback(url, INSIDE)).not.toBeNull();
  });

  it("the relay on this machine → its own port is a loop under any name, another port is not", () => {
    const here = { allowPrivate: true, own: ["http://127.0.0.1:3000"] };
    for (const host of ["127.0.0.1", "127.0.0.2", "localhost", "relay.localhost", "[::1]"])
      expect(code(`http://${host}:3000/api/relay`, here)).toBe("own");
    expect(code("http://localhost:4000/", here)).toBeNull();
  });
});

describe("the class of an address", () => {
  it("what is no address, or has a zone → reserved, never allowed", () => {
    for (const text of ["", "localhost", "1.2.3", "fe80::1%eth0", "2606:4700::1%1", "0x7f.1"]) {
      expect(addressClass(text)).toBe("reserved");
      expect(isAllowed(text, true)).toBe(false);
    }
  });
});
