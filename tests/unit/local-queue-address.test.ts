import { describe, expect, it } from "vitest";
import { createAddressResolver } from "@/lib/local/queue/address.ts";

const resolve = createAddressResolver({ "https://app.example/base/": "http://127.0.0.1:3000/" });

describe("createAddressResolver", () => {
  it.each([
    ["https://app.example/base/api/w?x=1", "http://127.0.0.1:3000/api/w?x=1"],
    ["https://app.example:443/base", "http://127.0.0.1:3000"],
    ["http://127.0.0.1:9/a", "http://127.0.0.1:9/a"],
    ["http://127.9.9.9/", "http://127.9.9.9/"],
    ["http://localhost:9/", "http://localhost:9/"],
    ["http://[::1]:9/", "http://[::1]:9/"],
  ])("%s → %s", (destination, address) => {
    expect(resolve(destination)).toBe(address);
  });

  it.each([
    "https://app.example/",
    "https://app.example/basement",
    "https://app.example/base/../other",
    "https://app.example/base/%2e%2e/other",
    "http://app.example/base/",
    "https://app.example:8443/base/",
    "https://app.example@evil.example/base/",
    "https://user:pass@app.example/base/",
    "http://127.0.0.1.evil.example/",
    "http://localhost.evil.example/",
    "http://0.0.0.0/",
    "http://169.254.169.254/",
    "http://[::ffff:10.0.0.1]/",
    "file:///etc/passwd",
    "//127.0.0.1/",
    "https:/127.0.0.1/",
    "",
  ])("not under the public base and not loopback: %s → refused", (destination) => {
    expect(resolve(destination)).toBeNull();
  });

  it("forward target outside this machine → throws", () => {
    expect(() => createAddressResolver({ "https://app.example": "http://10.0.0.1" })).toThrow(/loopback/);
  });
});
