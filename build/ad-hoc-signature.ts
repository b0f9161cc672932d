import { createHash } from "node:crypto";
import { type MachO, readMachO } from "./mach-o.ts";

const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0;
const CSMAGIC_CODEDIRECTORY = 0xfade0c02;
const CS_SUPPORTSEXECSEG = 0x20400;
const CS_ADHOC = 0x2;
const CS_LINKER_SIGNED = 0x20000;
const CS_HASHTYPE_SHA256 = 2;
const CS_EXECSEG_MAIN_BINARY = 1n;
const HASH_SIZE = 32;
const PAGE_SIZE_BITS = 12;
const PAGE_SIZE = 1 << PAGE_SIZE_BITS;
const SUPER_BLOB_SIZE = 20; // its header, and the place of its one blob
const DIRECTORY_SIZE = 88;

/**
 * The Mach-O file with an ad-hoc signature in the place of the one that it has: no one vouches for it, but its pages are
 * what it says. One that contradicts its pages is worse than none: macOS kills the process.
 * @param identifier any short name
 * @throws {Error} when the file is no Mach-O file with a signature.
 * @see kern/cs_blobs.h of macOS
 */
export function signAdHoc(file: Buffer, identifier: string): Buffer {
  const macho = readMachO(file);
  const pages = Math.ceil(macho.signatureAt / PAGE_SIZE);
  const name = Buffer.from(`${identifier}\0`);
  const size = SUPER_BLOB_SIZE + DIRECTORY_SIZE + name.length + pages * HASH_SIZE;
  const signed = Buffer.concat([file.subarray(0, macho.signatureAt), Buffer.alloc(size)]);
  announce(signed, macho, size); // first: the load commands are in the first page that is hashed
  signed.set(superBlob(size), macho.signatureAt);
  const directoryAt = macho.signatureAt + SUPER_BLOB_SIZE;
  signed.set(codeDirectory(macho, pages, name), directoryAt);
  let at = directoryAt + DIRECTORY_SIZE + name.length;
  for (let page = 0; page < pages; page++, at += HASH_SIZE) {
    const end = Math.min((page + 1) * PAGE_SIZE, macho.signatureAt);
    signed.set(
      createHash("sha256")
        .update(signed.subarray(page * PAGE_SIZE, end))
        .digest(),
      at,
    );
  }
  return signed;
}

/** Tells the loader how long the signature, and with it the last segment, now is. */
function announce(
  file: Buffer,
  { signatureCommandAt, linkeditCommandAt, linkeditAt }: MachO,
  size: number,
): void {
  file.writeUInt32LE(size, signatureCommandAt + 12);
  const linkeditSize = file.length - linkeditAt;
  file.writeBigUInt64LE(BigInt(Math.ceil(linkeditSize / PAGE_SIZE) * PAGE_SIZE), linkeditCommandAt + 32);
  file.writeBigUInt64LE(BigInt(linkeditSize), linkeditCommandAt + 48);
}

function superBlob(size: number): Buffer {
  return words(CSMAGIC_EMBEDDED_SIGNATURE, size, 1, 0, SUPER_BLOB_SIZE);
}

function codeDirectory({ signatureAt, text }: MachO, pages: number, name: Buffer): Buffer {
  const hashesAt = DIRECTORY_SIZE + name.length;
  return Buffer.concat([
    words(CSMAGIC_CODEDIRECTORY, hashesAt + pages * HASH_SIZE),
    words(CS_SUPPORTSEXECSEG, CS_ADHOC | CS_LINKER_SIGNED),
    words(hashesAt, DIRECTORY_SIZE), // where hashes and identifier are
    words(0, pages, signatureAt), // special slots, code slots, where the code ends
    Buffer.from([HASH_SIZE, CS_HASHTYPE_SHA256, 0, PAGE_SIZE_BITS]),
    words(0, 0, 0, 0, 0, 0), // no scatter, no team; the code ends within 32 bits
    longs(BigInt(text.at), BigInt(text.size), CS_EXECSEG_MAIN_BINARY),
    name,
  ]);
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeUInt32BE(value, i * 4);
  return buffer;
}

function longs(...values: readonly bigint[]): Buffer {
  const buffer = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) buffer.writeBigUInt64BE(value, i * 8);
  return buffer;
}
