import { momentOf } from "@/lib/dashboard/moment.ts";

/** A time as one thinks of it, with the exact one behind it. */
export const When = ({ at, now }: { at: number; now: number }) => {
  const { iso, exact, words } = momentOf(at, now);
  return (
    <time dateTime={iso} title={exact}>
      {words}
    </time>
  );
};
