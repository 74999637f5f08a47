/** `GET /media/{id}`: the bytes of a photo or video, for the sandbox's page; `/poster`: a still in a video's place. */
import { hashOf } from "./graph-media.ts";
import type { GraphStore } from "./graph-store.ts";
import { pictureOf } from "./picture.ts";

const COVER_SEED = 1;

const headers = (type: string) => ({
  "content-type": type,
  "cache-control": "private, max-age=3600",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "x-content-type-options": "nosniff",
});

export function mediaAnswer(store: GraphStore, id: string, part: string | undefined): Response {
  if (id === "cover") return new Response(pictureOf(COVER_SEED, 960, 320), { headers: headers("image/png") });
  const photo = store.photo(id);
  if (photo !== null) return new Response(photo.bytes, { headers: headers(photo.type) });
  const video = store.video(id);
  if (video === null) return new Response("nothing here", { status: 404 });
  if (part === "poster") return new Response(posterOf(video.id), { headers: headers("image/svg+xml") });
  return new Response(new Blob(video.chunks), { headers: headers("video/mp4") });
}

/** Colours from the id, so that each video looks like itself. */
function posterOf(id: string): string {
  const hue = Number.parseInt(hashOf([Buffer.from(id)]).slice(0, 4), 16) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720">
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue} 45% 38%)"/><stop offset="1" stop-color="hsl(${(hue + 70) % 360} 55% 14%)"/></linearGradient></defs>
<rect width="1280" height="720" fill="url(#g)"/>
<path d="M0 560 260 380 480 520 760 300 1280 610V720H0Z" fill="#000" opacity=".22"/>
<circle cx="1010" cy="170" r="70" fill="#fff" opacity=".18"/>
</svg>`;
}
