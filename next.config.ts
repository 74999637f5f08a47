import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: true,
  agentRules: false,
  // The local servers and the sandbox are started by the launcher, never by the application.
  serverExternalPackages: ["fengari"],
};

export default config;
