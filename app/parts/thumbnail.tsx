import type { Thumbnail as View } from "@/lib/dashboard/pictures.ts";

/**
 * A small picture of a file in its own fixed place, which is there before the picture is and stays when there is none.
 * The image holds 25 of them; the class moves it to the right one.
 */
export const Thumbnail = ({ view, name }: { view: View | null; name: string }) => (
  <span className="thumbnail">
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={view === null ? "M6 3h8l4 4v14H6zM14 3v4h4" : "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01"}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
    {view === null ? null : (
      // biome-ignore lint/performance/noImgElement: next/image would fetch and keep pictures that only the operator may see
      <img
        className={`place-${view.place}`}
        src={view.src}
        alt={`Preview of ${name}`}
        width={48}
        height={48}
        loading="lazy"
        decoding="async"
      />
    )}
  </span>
);
