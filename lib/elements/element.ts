/** The one entry of the catalogue. Fixed facts, in the words of this interface. */

export const ELEMENT_ID = 14;
export const ELEMENT_KEY = "dropbox";
export const HUB = "documents";
/** Of a platform with one user: the same for every instance. */
export const ACCOUNT_ID = 1;
export const USER_ID = 1;

/** What clients have in their paths and bodies for it. */
const NAMES = ["dropbox", "dropboxv2", `${ELEMENT_ID}`];
export const isElement = (keyOrId: string | number): boolean => NAMES.includes(`${keyOrId}`.toLowerCase());

export const ELEMENT = {
  id: ELEMENT_ID,
  name: "Dropbox",
  key: ELEMENT_KEY,
  description: "Tells of files that are created, updated and deleted in a Dropbox folder.",
  image: "",
  active: true,
  deleted: false,
  typeOauth: true,
  trialAccount: false,
  configDescription: "",
  signupURL: "https://www.dropbox.com/developers/apps",
  transformationsEnabled: false,
  bulkDownloadEnabled: false,
  bulkUploadEnabled: false,
  cloneable: false,
  extendable: false,
  beta: false,
  authentication: { type: "oauth2" },
  extended: false,
  hub: HUB,
  protocolType: "http",
  parameters: [],
  private: false,
};

const EVENT_TYPES = { eventTypes: ["CREATED", "UPDATED", "DELETED"] };
export const METADATA = {
  id: ELEMENT_ID,
  key: ELEMENT_KEY,
  name: ELEMENT.name,
  description: ELEMENT.description,
  events: {
    supported: true,
    methods: ["webhook", "polling"],
    webhook: { file: EVENT_TYPES },
    polling: { documents: EVENT_TYPES },
  },
};
