import { describeMatrix } from "./crash-matrix.ts";

describeMatrix("Page", { page: true }, [
  ...["redis begin", "redis commit", "redis release", "redis settle and claim", "redis note", "redis reserve post"],
  ...["queue POST /v2/publish", "dropbox POST /oauth2/token", "dropbox POST /2/files/download"],
  ...["/photos", "/feed", "/videos", "access_token"],
]);
