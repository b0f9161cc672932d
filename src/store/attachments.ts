import type { Attachment } from "../board/context.ts";

/** An attachment, and the task that it belongs to. */
export interface TaskAttachment extends Attachment {
  readonly taskId: string;
}

export interface DetachedFile extends TaskAttachment {
  /** Another attachment has the same file. */
  readonly isShared: boolean;
}
