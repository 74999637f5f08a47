import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: true,
  agentRules: false,
  // Its optimizer calls our routes on anybody's word, and writes the address it was given into the log, line breaks and all.
  images: { unoptimized: true },
  // The local servers and the sandbox are started by the launcher, never by the application.
  serverExternalPackages: ["fengari"],
  experimental: {
    // What is sent to a page is kept for proxy.ts before anybody is asked who they are: by itself 10 MB of each request.
    proxyClientMaxBodySize: 64 * 1024,
    // All pages at the start are 150 MB, which a relay that nobody looks at never needs. Each is loaded for its first visitor.
    preloadEntriesOnStart: false,
  },
};

export default config;
