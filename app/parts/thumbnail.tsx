import { kindOf, type Thumbnail as View } from "@/lib/dashboard/pictures.ts";

/**
 * A small picture of a file in its own fixed place, which is there before the picture is and stays when there is none.
 * The image holds 25 of them; the class moves it to the right one. A file that has none shows its kind instead.
 */
export const Thumbnail = ({ view, name }: { view: View | null; name: string }) =>
  view === null ? (
    <span className="thumbnail kind" aria-hidden="true">
      {kindOf(name)}
    </span>
  ) : (
    <span className="thumbnail">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path
          d="M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {/* biome-ignore lint/performance/noImgElement: next/image would fetch and keep pictures that only the operator may see */}
      <img
        className={`place-${view.place}`}
        src={view.src}
        alt={`Preview of ${name}`}
        width={48}
        height={48}
        loading="lazy"
        decoding="async"
      />
    </span>
  );
