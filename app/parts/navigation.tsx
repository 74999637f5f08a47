"use client";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";

const PLACES: readonly { href: Route; name: string }[] = [
  { href: "/", name: "Overview" },
  { href: "/files", name: "Files" },
  { href: "/instances", name: "Instances" },
  { href: "/setup", name: "Setup" },
  { href: "/audit", name: "Audit" },
];

/** Marks where one is: the layout that holds it stays while pages change. */
export function Navigation() {
  const here = usePathname();
  return (
    <nav aria-label="Main">
      <ul>
        {PLACES.map(({ href, name }) => {
          const isHere = href === "/" ? here === "/" : here === href || here.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Link href={href} prefetch={false} aria-current={isHere ? "page" : undefined}>
                {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
