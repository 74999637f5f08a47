/** The requests of a Page are all taken by its own matrix; here a fifth is enough each time. */
import { describeMatrix } from "./crash-matrix.ts";
import { LEAVING } from "./history.ts";

const env = { PAGE_ON_DELETE: "delete", PAGE_ON_EDIT: "keep", PAGE_ALBUM_MAX: "3", BACKFILL: "none" };

describeMatrix(
  "Page whose files leave",
  { page: true, history: LEAVING, env },
  [
    ...["redis commit", "redis settle and claim", "redis note", "redis hscan"],
    ...["dropbox POST /2/files/get_metadata", "facebook DELETE", "/photos", "/feed"],
  ],
  5,
);
