import { describeMatrix } from "./crash-matrix.ts";

describeMatrix("records endpoint", { page: false }, [
  ...["redis begin", "redis commit", "redis release", "redis settle and claim", "redis set relay:token"],
  ...["queue POST /v2/publish", "dropbox POST /oauth2/token", "dropbox POST /2/files/download"],
  ...["facebook GET", "facebook POST /v1/records", "facebook PATCH", "facebook POST /oauth/token"],
]);
