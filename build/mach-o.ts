/** What signing needs to know of a 64-bit Mach-O file. Offsets in bytes from the file's start. */
export interface MachO {
  /** Of the load command LC_CODE_SIGNATURE. */
  readonly signatureCommandAt: number;
  /** Where the signature begins, and all that is signed ends. */
  readonly signatureAt: number;
  /** Of the load command of the segment __LINKEDIT, the last one, which holds the signature. */
  readonly linkeditCommandAt: number;
  readonly linkeditAt: number;
  /** File offset and size of the segment __TEXT. */
  readonly text: { readonly at: number; readonly size: number };
}

const MH_MAGIC_64 = 0xfeedfacf;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;

/**
 * @throws {Error} when it is none, or has no place for a signature.
 * @see mach-o/loader.h of macOS
 */
export function readMachO(file: Buffer): MachO {
  if (file.readUInt32LE(0) !== MH_MAGIC_64) throw new Error("not a 64-bit Mach-O file");
  let signatureCommandAt: number | null = null;
  const segments = new Map<string, { commandAt: number; at: number; size: number }>();
  for (let left = file.readUInt32LE(16), at = HEADER_SIZE; left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === LC_CODE_SIGNATURE) signatureCommandAt = at;
    if (command === LC_SEGMENT_64) {
      const name = file.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
      const [start, size] = [file.readBigUInt64LE(at + 40), file.readBigUInt64LE(at + 48)].map(Number);
      segments.set(name, { commandAt: at, at: start ?? 0, size: size ?? 0 });
    }
    at += file.readUInt32LE(at + 4);
  }
  const [text, linkedit] = [segments.get("__TEXT"), segments.get("__LINKEDIT")];
  if (signatureCommandAt === null || text === undefined || linkedit === undefined)
    throw new Error("no place for a signature");
  return {
    signatureCommandAt,
    signatureAt: file.readUInt32LE(signatureCommandAt + 8),
    linkeditCommandAt: linkedit.commandAt,
    linkeditAt: linkedit.at,
    text,
  };
}
