/** Real pictures without a file: a small PNG landscape, another for each seed. */
import { deflateSync } from "node:zlib";
import { createRandom } from "./faults.ts";

type Colour = readonly [number, number, number];

const SKIES: readonly (readonly [Colour, Colour])[] = [
  [
    [28, 63, 110],
    [246, 178, 107],
  ],
  [
    [94, 169, 214],
    [226, 240, 243],
  ],
  [
    [52, 34, 84],
    [232, 120, 124],
  ],
  [
    [34, 92, 98],
    [250, 222, 160],
  ],
  [
    [126, 140, 168],
    [238, 228, 218],
  ],
];

/** A valid PNG of about `width` × `height` / 3 bytes at most; the same seed gives the same bytes. */
export function pictureOf(seed: number, width = 480, height = 360): Uint8Array<ArrayBuffer> {
  const random = createRandom(seed);
  const [top, bottom] = SKIES[seed % SKIES.length] ?? [
    [0, 0, 0],
    [255, 255, 255],
  ];
  const sun = { x: width * (0.2 + 0.6 * random()), y: height * (0.2 + 0.25 * random()), r: height * 0.09 };
  const hills = [0.55, 0.7, 0.84].map((base, depth) => ({
    ...{ base, depth, a: random() * 6, b: random() * 6 },
    colour: mix(bottom, [18, 32, 38], 0.45 + depth * 0.25),
  }));
  const ridge = (hill: (typeof hills)[number], x: number) =>
    height * (hill.base + 0.06 * Math.sin((x / width) * 5 + hill.a) + 0.03 * Math.sin((x / width) * 13 + hill.b));
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hill = hills.findLast((one) => y > ridge(one, x));
      const isSun = Math.hypot(x - sun.x, y - sun.y) < sun.r;
      const sky = isSun ? mix(bottom, [255, 255, 240], 0.8) : mix(top, bottom, y / height);
      rows.set(hill?.colour ?? sky, y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const whole = [signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Uint8Array.from(Buffer.concat(whole));
}

const mix = (one: Colour, other: Colour, share: number): Colour => [
  Math.round(one[0] + (other[0] - one[0]) * share),
  Math.round(one[1] + (other[1] - one[1]) * share),
  Math.round(one[2] + (other[2] - one[2]) * share),
];

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.byteLength, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
