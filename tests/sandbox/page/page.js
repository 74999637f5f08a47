/** The page's behaviour. Every text goes in as text, never as markup: file names are whatever somebody chose. */

const POLL_MS = 1000;
const UPLOAD_MAX_BYTES = 4 * 1024 * 1024;
const find = (id) => document.getElementById(id);

function say(message, wrong = false) {
  find("said").textContent = message;
  find("said").classList.toggle("wrong", wrong);
}

/** Sends one control; says what was wrong, if anything, and shows the new state. */
async function send(name, given, done) {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`/control/${name}`, { method: "POST", headers, body: JSON.stringify(given) });
    if (!response.ok) throw new Error((await response.json()).error.message);
    say(done);
  } catch (cause) {
    say(cause.message, true);
  }
  await refresh();
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, run, label) {
  const made = element("button", "", text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", run);
  return made;
}

/** Keeps what is there, so that focus and scrolling stay where they are. */
function reconcile(list, items, keyOf, make, update) {
  const present = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const first = list.dataset.filled !== "yes";
  items.forEach((item, index) => {
    const key = keyOf(item);
    let child = present.get(key);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = key;
      if (!first) child.classList.add("fresh");
    }
    present.delete(key);
    update(child, item);
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  for (const gone of present.values()) gone.remove();
  list.dataset.filled = "yes";
}

const size = (bytes) => {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]}`;
};

/** Asks for one value; null when the person changed their mind. */
function ask(title, label, value) {
  const dialog = find("change");
  find("change-title").textContent = title;
  find("change-label").textContent = label;
  find("change-value").value = value;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok" ? find("change-value").value : null), {
      once: true,
    });
  });
}

function makeFile() {
  const item = element("li");
  const path = () => item.dataset.path;
  const row = element("div", "row");
  const edit = button("Edit", async () => {
    const content = await ask(`New content of ${path()}`, "Content", "");
    if (content !== null) await send("edit", { path: path(), content }, "Edited.");
  });
  const rename = button("Rename or move", async () => {
    const to = await ask(`Rename ${path()}`, "New path", path());
    if (to !== null) await send("rename", { from: path(), to: to.trim() }, "Renamed.");
  });
  const remove = button("Delete", () => send("delete", { path: path() }, "Deleted."));
  row.append(edit, rename, remove);
  item.append(element("span", "name"), element("span", "mark"), element("span", "meta"), row);
  return item;
}

function showFile(item, file) {
  item.dataset.path = file.path;
  const [name, mark, meta, row] = item.children;
  name.textContent = file.path;
  mark.textContent = file.records === 0 ? "not posted" : file.records === 1 ? "posted" : `posted ${file.records} times`;
  mark.className = `mark ${file.records === 1 ? "posted" : file.records > 1 ? "double" : ""}`;
  meta.textContent = `${size(file.size)}, ${new Date(file.modifiedAt).toLocaleTimeString()}, rev ${file.rev}`;
  for (const one of row.children) one.setAttribute("aria-label", `${one.textContent}: ${file.path}`);
}

function makeRecord() {
  const item = element("li");
  item.append(element("div", "name"), element("div", "meta"), element("div", "meta"));
  return item;
}

function showRecord(item, record) {
  const [name, fields, id] = item.children;
  name.textContent = record.name;
  const parts = Object.entries(record).filter(([field]) => field !== "id" && field !== "name");
  fields.textContent = parts
    .map(([field, value]) => `${field}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  id.textContent = record.id;
}

function showFigures(state) {
  const { dropbox } = state;
  const facebook = state.page ?? state.facebook;
  const figures = [
    ["Dropbox requests", dropbox.requests],
    ["Notifications sent", dropbox.sentTotal],
    ["Given up", dropbox.givenUp],
    ["Equal listings at once", dropbox.parallelListings],
    ["Facebook requests", facebook.requests],
    ["Writes", facebook.writes],
    ["Requests into a hold", facebook.requestsIntoHold + dropbox.requestsIntoHold],
    ...(state.page === null ? [] : [["Tokens in addresses", state.page.tokensInUrl]]),
  ];
  const make = ([label]) => {
    const item = element("div");
    item.append(element("dt", "", label), element("dd"));
    return item;
  };
  reconcile(
    find("figures"),
    figures,
    ([label]) => label,
    make,
    (item, [, value]) => {
      item.lastElementChild.textContent = value.toLocaleString("en");
    },
  );
}

function show(state) {
  const { dropbox, facebook } = state;
  find("folder-count").textContent =
    `${dropbox.items.toLocaleString("en")} items${dropbox.files.length === 200 ? ", newest 200 shown" : ""}`;
  find("wall-count").textContent =
    `${facebook.total.toLocaleString("en")} records${facebook.records.length < facebook.total ? ", newest 200 shown" : ""}`;
  find("files-empty").hidden = dropbox.files.length > 0;
  find("records-empty").hidden = facebook.records.length > 0;
  const doubles = find("doubles");
  doubles.hidden = facebook.doubles.length === 0;
  doubles.textContent = `Posted more than once: ${facebook.doubles.length}`;
  const waiting = dropbox.faults.length + (state.page ?? facebook).faults.length;
  find("trouble-count").textContent = waiting === 0 ? "all is well" : `${waiting} waiting to happen`;
  const url = find("hook-url");
  if (dropbox.webhook !== null && url.value === "") url.value = dropbox.webhook;
  reconcile(find("files"), dropbox.files, (file) => file.id, makeFile, showFile);
  const turns = new Map();
  const keyed = facebook.records.toReversed().map((record) => {
    const turn = (turns.get(record.id) ?? 0) + 1;
    turns.set(record.id, turn);
    return { record, key: `${record.id} ${turn}` };
  });
  reconcile(
    find("records"),
    keyed.reverse(),
    (one) => one.key,
    makeRecord,
    (item, one) => showRecord(item, one.record),
  );
  showFigures(state);
  if (state.page !== null) document.dispatchEvent(new CustomEvent("page-state", { detail: state.page }));
}

let version = "";
let lost = false;
async function refresh() {
  try {
    const response = await fetch(`/control/state?after=${encodeURIComponent(version)}`);
    if (lost) say("Connected again.");
    lost = false;
    if (response.status !== 200) return;
    const state = await response.json();
    version = state.version;
    show(state);
  } catch {
    lost = true;
    say("The sandbox does not answer.", true);
  }
}

async function upload(file) {
  if (file.size > UPLOAD_MAX_BYTES) return say("Files up to 4 MB can be put here.", true);
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let from = 0; from < bytes.length; from += 8192)
    binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
  const typed = find("add-path").value;
  const path = `${typed.slice(0, typed.lastIndexOf("/"))}/${file.name}`;
  await send("add", { path, base64: btoa(binary) }, `${file.name} is in the folder.`);
}

function wire() {
  find("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const path = find("add-path").value.trim();
    send("add", { path, content: find("add-text").value }, `${path} is in the folder.`);
  });
  find("pick").addEventListener("change", async (event) => {
    for (const file of event.target.files) await upload(file);
    event.target.value = "";
  });
  find("add-many").addEventListener("click", () => {
    const folder = find("add-path").value.replace(/\/[^/]*$/, "");
    send(
      "add",
      { path: `${folder}/batch-${Date.now().toString(36)}-`, count: 100, size: 1024 },
      "100 files are in the folder.",
    );
  });
  find("add-pictures").addEventListener("click", async () => {
    const folder = find("add-path").value.replace(/\/[^/]*$/, "");
    const seed = Math.floor(Math.random() * 1e6);
    for (const turn of [1, 2, 3]) {
      const path = `${folder}/picture-${seed.toString(36)}-${turn}.png`;
      await send("add", { path, picture: seed + turn }, "Three pictures are in the folder.");
    }
  });
  find("hook").addEventListener("submit", (event) => {
    event.preventDefault();
    send(
      "register",
      { url: find("hook-url").value.trim() },
      "The webhook answered its challenge; notifications go there now.",
    );
  });
  find("notify").addEventListener("click", () => send("notify", { times: 1 }, "Notified."));
  const folder = find("folder");
  folder.addEventListener("dragover", (event) => {
    event.preventDefault();
    folder.classList.add("over");
  });
  folder.addEventListener("dragleave", () => folder.classList.remove("over"));
  folder.addEventListener("drop", async (event) => {
    event.preventDefault();
    folder.classList.remove("over");
    for (const file of event.dataTransfer.files) await upload(file);
  });
}

const dropbox = (fault) => ["faults", { service: "dropbox", fault }];
const facebook = (trouble, more = {}) => ["faults", { service: "facebook", trouble, ...more }];
const graph = (trouble, more = {}) => ["faults", { service: "graph", trouble, ...more }];
const refused = (error, more = {}) => ["faults", { service: "graph", fault: { error, ...more } }];
const troubles = {
  "dropbox-trouble": [
    ["429, wait 5 s", ...dropbox({ route: "files/*", status: 429, retryAfter: 5 })],
    ["503 three times", ...dropbox({ route: "files/*", status: 503, count: 3 })],
    ["Reset cursors", "reset", {}],
    ["Expire token", "token", { service: "dropbox", action: "expire" }],
    ["Slow by 1 s", "latency", { service: "dropbox", ms: 1000 }],
  ],
  "notify-trouble": [
    ["Lose the next", "manners", { drop: 1 }],
    ["Send each three times", "manners", { repeat: 3 }],
    ["Late by 5 s", "manners", { delayMs: 5000 }],
    ["Behave again", "manners", { drop: 0, repeat: 1, delayMs: 0 }],
  ],
  "facebook-trouble": [
    ["Created, but 500", ...facebook("createdBut500")],
    ["Created, answer lost", ...facebook("createdButLost")],
    ["429, wait 10 s", ...facebook("tooMany", { retryAfter: 10 })],
    ["400 once", ...facebook("badRequest")],
    ["500 for one in five", ...facebook("serverError", { rate: 0.2 })],
    ["No answer once", ...facebook("hangs")],
    ["Expire token", "token", { service: "facebook", action: "expire" }],
    ["Slow by 1 s", "latency", { service: "facebook", ms: 1000 }],
  ],
  "page-trouble": [
    ["Published, but 500", ...graph("publishedBut500", { route: "{page}/feed" })],
    ["Published, answer lost", ...graph("publishedButLost", { route: "{page}/feed" })],
    ["Page limit for 1 min", "throttle", { seconds: 60 }],
    ["Blocked for speed (368)", ...refused("tooFast")],
    ["Photo refused once", ...refused("photoType", { route: "{page}/photos" })],
    ["Code 2 for one in five", ...refused("serviceDown", { rate: 0.2 })],
    ["No answer once", ...graph("hangs")],
    ["Usage at 95 %", "usage", { app: 40, business: 95, regainMinutes: 0 }],
    ["Expire token", "token", { service: "graph", action: "expire" }],
    ["Slow by 1 s", "latency", { service: "graph", ms: 1000 }],
  ],
};

for (const [id, buttons] of Object.entries(troubles)) {
  for (const [text, name, given] of buttons) find(id).append(button(text, () => send(name, given, `${text}: done.`)));
}
async function endTrouble() {
  for (const service of ["dropbox", "facebook", "graph"]) {
    await send("faults", { service, clear: true }, "All trouble ended.");
    await send("latency", { service, ms: 0 }, "All trouble ended.");
  }
  await send("throttle", { seconds: 0 }, "All trouble ended.");
  await send("usage", {}, "All trouble ended.");
  await send("manners", { drop: 0, repeat: 1, delayMs: 0 }, "All trouble ended.");
}
for (const id of ["facebook-trouble", "page-trouble"]) find(id).append(button("End all trouble", endTrouble));

wire();
await refresh();
setInterval(() => document.hidden || refresh(), POLL_MS);
