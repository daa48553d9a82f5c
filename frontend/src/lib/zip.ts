/** Several files as one ZIP, stored as they are: a folder travels as one upload, and its paths with it. */

export type Entry = { path: string; content: Blob };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Paths are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980, the first day a ZIP can name: equal files give equal bytes. */
const DAY_ONE = 0x21;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** At most 65,535 files of together less than 4 GiB: more is no upload of a browser. */
export async function zip(entries: readonly Entry[]): Promise<Blob> {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { path, content } of entries) {
    const name = new TextEncoder().encode(path);
    const crc = crc32(new Uint8Array(await content.arrayBuffer()));
    const facts = [VERSION, FLAGS, 0, 0, DAY_ONE];
    const sizes = [crc, content.size, content.size];
    const local = record([LOCAL], facts, sizes, [name.length, 0], name);
    directory.push(record([CENTRAL], [VERSION, ...facts], sizes, [name.length, 0, 0, 0, 0], name, [0, at]));
    parts.push(local, content);
    at += local.length + content.size;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record([END], [0, 0, entries.length, entries.length], [size, at], [0], new Uint8Array());
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** Fields as ZIP orders them: a signature, 16-bit facts, 32-bit sizes, 16-bit lengths, 32-bit places, then the name. */
function record(
  signature: readonly number[],
  facts: readonly number[],
  sizes: readonly number[],
  lengths: readonly number[],
  name: Uint8Array,
  places: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const length = 4 * (signature.length + sizes.length + places.length) + 2 * (facts.length + lengths.length);
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const short = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  const long = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  signature.forEach(long);
  facts.forEach(short);
  sizes.forEach(long);
  lengths.forEach(short);
  places.forEach(long);
  bytes.set(name, at);
  return bytes;
}
