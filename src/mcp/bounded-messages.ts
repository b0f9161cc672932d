import { Transform, type TransformCallback } from "node:stream";
import { bodyBytesMax } from "../board/task.ts";

/** The longest text that a board keeps, however much of it JSON has to escape. */
export const messageBytesMax = 2 * bodyBytesMax;

/** Where a message's id stands as a rule: among its first or its last bytes. */
const endBytes = 512;

/**
 * Hands on what is read line by line, in one piece each, but for lines that are too long: these are passed over as they come,
 * without being kept.
 */
export class BoundedMessages extends Transform {
  readonly #rules: BoundRules;
  #parts: Buffer[] = [];
  #sizeBytes = 0;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  constructor(rules: BoundRules) {
    super();
    this.#rules = rules;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = chunk;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      this.#add(rest.subarray(0, end + 1));
      this.#endLine();
      rest = rest.subarray(end + 1);
    }
    this.#add(rest);
    done();
  }

  get #isTooLong(): boolean {
    return this.#sizeBytes > (this.#rules.bytesMax ?? messageBytesMax);
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#sizeBytes += piece.length;
    this.#parts.push(piece);
    if (!this.#isTooLong) return;
    if (this.#head.length === 0) this.#head = Buffer.concat(this.#parts).subarray(0, endBytes);
    this.#tail = Buffer.concat([this.#tail, ...this.#parts]).subarray(-endBytes);
    this.#parts = [];
  }

  #endLine(): void {
    if (this.#isTooLong) this.#rules.onTooLong(findId(this.#head.toString(), this.#tail.toString()));
    else this.push(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#sizeBytes = 0;
    this.#head = this.#tail = Buffer.alloc(0);
  }
}

interface BoundRules {
  /** Default: {@link messageBytesMax}. */
  readonly bytesMax?: number;
  /** @param id of the request; null: none was found */
  readonly onTooLong: (id: string | number | null) => void;
}

const id = String.raw`"id":\s*(-?\d{1,15}|"[^"\\]{1,200}")`;
/** Before anything that could have an `id` of its own, or as the last word of the whole. */
const first = new RegExp(String.raw`^\s*\{(?:\s*"(?:jsonrpc|method)":\s*"[^"\\]*",)*\s*${id}`);
const last = new RegExp(String.raw`[,{]\s*${id}(?:,\s*"jsonrpc":\s*"2.0")?\s*\}\s*$`);

function findId(head: string, tail: string): string | number | null {
  const found = first.exec(head)?.[1] ?? last.exec(tail)?.[1];
  return found === undefined ? null : JSON.parse(found);
}
