import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import type { Attachment } from "../../board/context.ts";
import { BoardError } from "../../board/error.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import type { Session } from "../session/session.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const chunkBytes = 64 * 1024;

/** A file that is kept with a task, open for reading. */
export class AttachedFile implements Disposable {
  readonly attachment: Attachment;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  #isOpen = true;

  private constructor(attachment: Attachment, descriptor: number) {
    this.attachment = attachment;
    this.#descriptor = descriptor;
    this.sizeBytes = fstatSync(descriptor).size;
  }

  /**
   * Only what lies in the board's folder of attachments is opened, wherever its row leads: rows are written by others too.
   * @throws {BoardError} not_found for no such attachment, or one whose file is gone; unsupported for one that leads elsewhere
   */
  static async open(session: Session, text: string, id: number): Promise<AttachedFile> {
    const task = await session.taskId(text);
    const attachment = (await session.store.listAttachments(task)).find((one) => one.id === id);
    if (attachment === undefined) throw new BoardError("not_found", `${task} has no attachment ${id}`);
    const folder = tryRealPath(session.place.paths.attachments);
    const path = tryRealPath(attachment.storedPath);
    if (path === null) throw new BoardError("not_found", `the file of attachment ${id} is gone`);
    if (folder === null || !path.startsWith(`${folder}${sep}`)) throw elsewhere(id);
    // Windows has neither of the two: what is resolved there is not exchanged without being an administrator.
    const descriptor = openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    if (fstatSync(descriptor).isFile()) return new AttachedFile(attachment, descriptor);
    closeSync(descriptor);
    throw elsewhere(id);
  }

  /** Its bytes, read as they are taken; the file is closed at the end. */
  *bytes(): Generator<Uint8Array, void, undefined> {
    try {
      for (let at = 0; at < this.sizeBytes; ) {
        const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, this.sizeBytes - at));
        const length = readSync(this.#descriptor, buffer, 0, buffer.length, at);
        if (length === 0) return;
        at += length;
        yield buffer.subarray(0, length);
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

function tryRealPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null; // it is not there, or no path at all
  }
}

function elsewhere(id: number): BoardError {
  return new BoardError(
    "unsupported",
    `attachment ${id} is not a file in the board's folder of attachments`,
    {
      hint: "its row was written by another program, which knows where the file is",
    },
  );
}
