/**
 * What kind of network an address belongs to. A table of ranges: whatever is not on the public internet, or only leads
 * to an address in another form, has a name here.
 */
import { BlockList, isIP } from "node:net";

/** `hidden`: metadata services and the link itself; nobody may ever be sent there, whatever the operator allows. */
export type AddressClass = "public" | "loopback" | "private" | "hidden" | "reserved";

type Range = readonly [network: string, bits: number];

const RANGES: readonly { is: Exclude<AddressClass, "public">; ipv4: readonly Range[]; ipv6: readonly Range[] }[] = [
  {
    is: "hidden",
    ipv4: [
      ["169.254.0.0", 16], // link-local, and the metadata service of most clouds
      ["100.100.100.200", 32], // metadata at Alibaba Cloud
      ["168.63.129.16", 32], // Azure's own services on every machine: a public address that leads inside
      ["192.0.0.192", 32], // metadata at Oracle Cloud
    ],
    ipv6: [
      ["fe80::", 10],
      ["fd00:ec2::", 32], // metadata, time and names at AWS
      ["fd20:ce::254", 128], // metadata at Google Cloud
      ["fd00:42::42", 128], // metadata at Scaleway
    ],
  },
  { is: "loopback", ipv4: [["127.0.0.0", 8]], ipv6: [["::1", 128]] },
  {
    is: "private",
    ipv4: [
      ["10.0.0.0", 8],
      ["172.16.0.0", 12],
      ["192.168.0.0", 16],
      ["100.64.0.0", 10], // shared by a provider's customers
    ],
    ipv6: [["fc00::", 7]],
  },
  {
    is: "reserved",
    ipv4: [
      ["0.0.0.0", 8],
      ["192.0.0.0", 24], // protocol assignments
      ["192.0.2.0", 24], // documentation, as the two below
      ["198.51.100.0", 24],
      ["203.0.113.0", 24],
      ["192.31.196.0", 24], // AS112
      ["192.52.193.0", 24], // AMT
      ["192.88.99.0", 24], // relays of 6to4
      ["192.175.48.0", 24], // AS112
      ["198.18.0.0", 15], // benchmarks
      ["224.0.0.0", 4], // multicast
      ["240.0.0.0", 4], // for later, and broadcast
    ],
    ipv6: [
      ["2001::", 23], // protocol assignments, Teredo among them: each may hold an IPv4 address
      ["2001:db8::", 32], // documentation
      ["2002::", 16], // 6to4: an IPv4 address
      ["2620:4f:8000::", 48], // AS112
      ["3fff::", 20], // documentation
    ],
  },
];

/** All that is given out for the public; mapped, compatible, translated (NAT64) and multicast addresses lie outside. */
const PUBLIC_IPV6: Range = ["2000::", 3];

const lists = RANGES.map(({ is, ipv4, ipv6 }) => {
  // Lists of their own: BlockList takes an IPv4 address and its IPv6-mapped form for the same.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const [network, bits] of ipv4) lists.ipv4.addSubnet(network, bits, "ipv4");
  for (const [network, bits] of ipv6) lists.ipv6.addSubnet(network, bits, "ipv6");
  return { is, ...lists };
});
const publicIpv6 = new BlockList();
publicIpv6.addSubnet(...PUBLIC_IPV6, "ipv6");

/** The class of an address in its usual form; what is none, or has a zone, is `reserved`. */
export function addressClass(address: string): AddressClass {
  const family = isIP(address);
  if (family === 0 || address.includes("%")) return "reserved";
  const form = family === 4 ? "ipv4" : "ipv6";
  const found = lists.find((list) => list[form].check(address, form));
  if (found !== undefined) return found.is;
  return family === 4 || publicIpv6.check(address, "ipv6") ? "public" : "reserved";
}

/** Whether a request may go to this address. */
export function isAllowed(address: string, allowPrivate: boolean): boolean {
  const is = addressClass(address);
  return is === "public" || (allowPrivate && (is === "loopback" || is === "private"));
}
