/** What is wrong with the settings of an instance, each fault with the name of its setting. */
export const faultsOf = (error: { issues: readonly { path: PropertyKey[]; message: string }[] }): string[] =>
  error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
