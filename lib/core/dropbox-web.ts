/** Where a person finds a file at Dropbox, in the browser: an address for whoever is logged in there, and no share. Pure. */
export function dropboxHref(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const name = parts.pop() ?? "";
  const folder = ["https://www.dropbox.com/home", ...parts.map(encodeURIComponent)].join("/");
  return name === "" ? folder : `${folder}?preview=${encodeURIComponent(name)}`;
}
