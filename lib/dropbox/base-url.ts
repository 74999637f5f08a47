/** Some write the base of the API with the `/2` that every route begins with. */
export const withoutVersion = (base: string): string => base.replace(/\/2$/, "");
