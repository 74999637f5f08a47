/** The Page's timeline: posts as its readers see them, with what they do not see marked as such. */

const SHOTS_MAX = 5;
const LARGE_MAX = 85;
const FOLDED_LINES = 6;
const media = (id) => `/facebook/graph/media/${id}`;

const STATES = { draft: "Draft", processing: "Processing", failed: "Processing failed" };

function ago(at) {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  if (minutes < 1) return "Just now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  return new Date(at).toLocaleDateString("en", { day: "numeric", month: "long", year: "numeric" });
}

function makePost() {
  return element("li", "post");
}

function avatarOf(name) {
  const made = element("span", "avatar", [...name][0] ?? "");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function headerOf(post, name) {
  const header = element("div", "by");
  const names = element("div", "names");
  const time = element("time", "meta", ago(post.createdAt));
  time.dateTime = new Date(post.createdAt).toISOString();
  time.title = new Date(post.createdAt).toLocaleString("en");
  const by = element("span", "meta", ` · relay${post.edited ? " · Edited" : ""}`);
  names.append(element("div", "name", name), time, by);
  const badges = element("div", "badges");
  const state =
    post.state === "scheduled"
      ? `Scheduled for ${new Date(post.publishAt).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`
      : STATES[post.state];
  if (state !== undefined) badges.append(element("span", `badge ${post.state}`, state));
  if (post.hidden) badges.append(element("span", "badge", "Hidden"));
  header.append(avatarOf(name), names, ...(badges.hasChildNodes() ? [badges] : []));
  return header;
}

function textOf(post) {
  if (!post.message) return [];
  const text = element("p", "text", post.message);
  const isAlone = post.photos.length === 0 && post.video === null && post.link === null;
  if (isAlone && post.message.length <= LARGE_MAX) text.classList.add("large");
  if (post.message.split("\n").length <= FOLDED_LINES && post.message.length < 480) return [text];
  text.classList.add("folded");
  const more = button("See more", () => {
    text.classList.remove("folded");
    more.remove();
  });
  more.className = "more";
  return [text, more];
}

function shotOf(photo, hiddenCount) {
  const shot = element("div", "shot");
  const link = element("a");
  link.href = media(photo.id);
  link.target = "_blank";
  const image = element("img");
  image.src = media(photo.id);
  image.alt = photo.text;
  // Bytes that only begin like a picture.
  image.addEventListener("error", () => link.replaceChildren(element("span", "broken", photo.text)));
  link.append(image);
  shot.append(link);
  if (hiddenCount > 0) shot.append(element("span", "over", `+${hiddenCount}`));
  return shot;
}

function photosOf(photos) {
  if (photos.length === 0) return [];
  const shown = photos.slice(0, SHOTS_MAX);
  const grid = element("div", `media shots-${shown.length}`);
  shown.forEach((photo, index) => {
    grid.append(shotOf(photo, index === SHOTS_MAX - 1 ? photos.length - SHOTS_MAX : 0));
  });
  return [grid];
}

/** Nothing can be played before it is processed. */
const STILLS = { processing: "The video is being processed", failed: "The video could not be processed" };

function videoOf({ video, state }) {
  if (video === null) return [];
  if (Object.hasOwn(STILLS, state)) {
    const still = element("div", "still");
    const image = element("img");
    image.src = `${media(video.id)}/poster`;
    image.alt = "";
    still.append(image, element("span", "", STILLS[state]));
    return [still];
  }
  const made = element("video", video.reel ? "reel" : "");
  made.controls = true;
  made.preload = "none";
  made.poster = `${media(video.id)}/poster`;
  made.src = media(video.id);
  made.setAttribute("aria-label", video.title ?? "Video");
  return [made];
}

function cardOf(link) {
  if (link === null) return [];
  const url = new URL(link);
  let last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
  try {
    last = decodeURIComponent(last);
  } catch {
    // Shown as it is.
  }
  const card = element("a", "card");
  card.href = link;
  card.target = "_blank";
  card.rel = "noreferrer";
  const ending = /\.([a-z0-9]{1,5})$/i.exec(last)?.[1] ?? "link";
  const what = element("span", "what");
  what.append(element("div", "site", url.host), element("div", "title", last || url.host));
  card.append(element("span", "kind", ending.toUpperCase()), what);
  return [card];
}

/** Built anew only when the post has changed: a picture must not be loaded, nor a video stopped, once a second. */
function showPost(item, post, name) {
  const seen = JSON.stringify(post);
  if (item.dataset.seen === seen) return;
  item.dataset.seen = seen;
  const isFresh = item.classList.contains("fresh");
  item.className = `post ${post.state === "published" ? "" : post.state} ${post.hidden ? "unseen" : ""}`;
  item.classList.toggle("fresh", isFresh);
  item.replaceChildren(
    headerOf(post, name),
    ...textOf(post),
    ...photosOf(post.photos),
    ...videoOf(post),
    ...cardOf(post.link),
    element("div", "facts meta", post.id),
  );
}

function showPage(page) {
  if (!document.body.classList.contains("page-mode")) find("cover").src = media("cover");
  document.body.className = "page-mode";
  find("page-name").textContent = page.name;
  find("page-avatar").textContent = [...page.name][0] ?? "";
  find("page-count").textContent =
    `${page.total.toLocaleString("en")} ${page.total === 1 ? "post" : "posts"}, Page ${page.id}`;
  find("posts-empty").hidden = page.posts.length > 0;
  const doubles = find("page-doubles");
  doubles.hidden = page.doubles.length === 0;
  doubles.textContent = `Public more than once: ${page.doubles.join(", ")}`;
  reconcile(
    find("posts"),
    page.posts,
    (post) => post.id,
    makePost,
    (item, post) => showPost(item, post, page.name),
  );
}

document.addEventListener("page-state", (event) => showPage(event.detail));
setInterval(() => {
  for (const time of document.querySelectorAll("#posts time")) time.textContent = ago(Date.parse(time.dateTime));
}, 30_000);
