import Link from "next/link";
import { Title } from "@/app/parts/title.tsx";

/** The same for every address that is none: with and without a login it tells nothing. */
export default function NotFound() {
  return (
    <main>
      <Title of="There is nothing at this address" />
      <h1>There is nothing at this address</h1>
      <p>
        <Link href="/">Go to the overview</Link>
      </p>
    </main>
  );
}
