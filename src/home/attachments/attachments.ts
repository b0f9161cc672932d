import { lstatSync, realpathSync, rmdirSync, unlinkSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Attachment } from "../../board/context.ts";
import { BoardError } from "../../board/error.ts";
import type { NewAttachment } from "../../board/task.ts";
import type { TaskAttachment } from "../../store/attachments.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { whyUnreadable } from "../../system/files/why-unreadable.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { dropFiles, keepFile } from "../../worker/workspace/kept-file.ts";
import type { Session } from "../session/session.ts";

/** How files are attached. */
export interface AttachOptions {
  /** What it is called with the task, made safe; for one file. Default: its own name. */
  readonly name?: string | undefined;
  /** Such as `application/pdf`. */
  readonly contentType?: string | undefined;
}

/**
 * Copies files to the task's attachments, all of them or none.
 * @param task full id @param paths absolute, or relative to the working directory
 * @throws {BoardError} usage for what is no file or is larger than 25 MiB
 */
export async function attachFiles(
  session: Pick<Session, "store" | "place" | "by">,
  task: string,
  paths: readonly string[],
  { name, contentType }: AttachOptions = {},
): Promise<readonly Attachment[]> {
  const { attachments } = session.place.paths;
  const folder = join(attachments, task);
  // Another program may have written any id.
  if (resolve(dirname(folder)) !== resolve(attachments) || basename(folder) !== task)
    throw new BoardError("usage", "this task's id is not the name of a folder: no file can be kept with it");
  const kept: NewAttachment[] = [];
  try {
    for (const path of paths)
      kept.push(
        keepFile(realOf(path), path, { folder, name, contentType: contentType ?? null, noun: "file" }),
      );
    return await session.store.attachFiles(task, kept, session.by(task));
  } catch (error) {
    dropFiles(kept);
    throw error;
  }
}

/** An attachment that was taken from its task. */
export interface RemovedAttachment extends TaskAttachment {
  /** Why its file is still there; null: it is gone. */
  readonly kept: string | null;
}

/** Takes an attachment from its task, and removes its file where that is in the board's folder of attachments. */
export async function removeAttachment(
  session: Pick<Session, "store" | "place" | "by">,
  id: number,
): Promise<RemovedAttachment> {
  const { taskId } = await session.store.requireAttachment(id);
  const { isShared, ...attachment } = await session.store.detachFile(id, session.by(taskId));
  const kept = isShared
    ? "another attachment has the same file"
    : removeFile(attachment.storedPath, join(session.place.paths.attachments, taskId));
  return { ...attachment, kept };
}

/** Only a file, and only in the task's own folder (I8); null when it is gone. */
export function removeFile(path: string, folder: string): string | null {
  if (dirname(resolve(path)) !== resolve(folder)) return "it is not in the folder of the task's attachments";
  try {
    if (lstatSync(folder).isSymbolicLink()) return "the folder of the task's attachments is a link";
    if (!lstatSync(path).isFile()) return "it is not a file";
    unlinkSync(path);
    return null;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    return (error as Error).message;
  }
}

/** The folder of a task's attachments, if nothing is left in it. */
export function removeFolderOf(folder: string): void {
  try {
    if (lstatSync(folder).isDirectory()) rmdirSync(folder);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(systemErrorCode(error) ?? "")) throw error;
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(isAbsolute(path) ? path : resolve(currentFolder(), path));
  } catch (error) {
    throw new BoardError("usage", `cannot read the file ${path}: ${whyUnreadable(error)}`, {
      hint: "check the path",
      cause: error,
    });
  }
}
