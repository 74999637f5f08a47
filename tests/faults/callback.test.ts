/** The outbox under it is the one of the other two matrices, so that a fifth of the requests is enough each time. */
import { describeMatrix } from "./crash-matrix.ts";

describeMatrix(
  "callback",
  { callback: true },
  [
    ...["redis begin", "redis commit", "redis release", "redis settle and claim", "redis note"],
    ...["redis get relay:endpoint", "redis put endpoint"],
    ...[
      "queue POST /v2/publish",
      "dropbox POST /oauth2/token",
      "dropbox POST /2/files/get_metadata",
      "facebook POST /hooks",
    ],
  ],
  5,
);
