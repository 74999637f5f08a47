/** Examples of the document. A test holds each against its schema. */
import { configIdOf, MASK } from "./configuration-keys.ts";
import { ELEMENT, ELEMENT_ID } from "./element.ts";

const CALLBACK = "https://app.example.com/hooks/files";
const CONSENTED = "https://app.example.com/auth";

const event = {
  id: "a4ayc_80_OEAAAAAAAAAXw.0160a1b2c3",
  eventDate: "2026-01-01T00:00:02Z",
  status: "NOTIFIED",
  providerData: '{"path_display":"/In/Report.pdf"}',
  notifiedData: [{ attempt: 1, date: "2026-01-01T00:00:03Z", durationMs: 180, outcome: "delivered" }],
  eventElementInstances: [
    {
      eventId: "a4ayc_80_OEAAAAAAAAAXw.0160a1b2c3",
      elementInstanceId: 1001,
      createdDate: "2026-01-01T00:00:02Z",
      updatedDate: "2026-01-01T00:00:03Z",
    },
  ],
};

export const EXAMPLES = {
  create: {
    element: { key: "dropbox" },
    providerData: { code: "<the code of the consent>" },
    configuration: {
      "oauth.api.key": "<app key>",
      "oauth.api.secret": "<app secret>",
      "oauth.callback.url": CONSENTED,
      "event.notification.enabled": true,
      "event.notification.callback.url": CALLBACK,
      "event.notification.signature.key": "<a long random text>",
    },
    tags: ["customer-42"],
    name: "Customer 42 Dropbox",
  },
  change: { tags: ["customer-42", "night"], configuration: { "relay.folder": "/In" } },
  instance: {
    id: 1001,
    name: "Customer 42 Dropbox",
    createdDate: "2026-01-01T00:00:00Z",
    token: MASK,
    element: ELEMENT,
    elementId: ELEMENT_ID,
    tags: ["customer-42"],
    provisionInteractions: [],
    valid: true,
    disabled: false,
    maxCacheSize: 0,
    cacheTimeToLive: 0,
    configuration: {
      "event.notification.callback.url": CALLBACK,
      "event.notification.enabled": "true",
      "event.notification.signature.key": MASK,
      "event.vendor.type": "webhook",
      "oauth.api.key": MASK,
      "oauth.api.secret": MASK,
      "oauth.callback.url": CONSENTED,
    },
    eventsEnabled: true,
    traceLoggingEnabled: false,
    cachingEnabled: false,
    externalAuthentication: "none",
    user: { id: 1 },
  },
  property: {
    id: configIdOf("event.notification.enabled"),
    key: "event.notification.enabled",
    name: "Events Enabled",
    description: "",
    propertyValue: "true",
    type: "boolean",
    required: false,
    active: true,
    hideFromConsole: false,
  },
  event,
  oauthBody: { apiKey: "<app key>", apiSecret: "<app secret>", callbackUrl: CONSENTED, state: "customer-42" },
  oauthUrl: {
    element: "dropbox",
    oauthUrl:
      "https://www.dropbox.com/oauth2/authorize?response_type=code&client_id=APPKEY&redirect_uri=https%3A%2F%2Fapp.example.com%2Fauth&state=customer-42&token_access_type=offline",
  },
};
