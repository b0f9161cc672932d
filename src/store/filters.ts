import type { TaskStatus } from "../board/task.ts";

export const taskOrders = [
  ...(["priority", "created", "created-desc", "updated", "title", "status", "assignee"] as const),
  "priority-desc",
] as const;
/** `priority` and `priority-desc` are the order of work; the newest is first in `created-desc` and `updated`. */
export type TaskOrder = (typeof taskOrders)[number];

export interface TaskFilter {
  readonly statuses?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly tenant?: string;
  readonly parentId?: string;
  readonly sessionId?: string;
  readonly workflowId?: string;
  readonly stepKey?: string;
  /** Assigned to this profile or person, or claimed by them. */
  readonly of?: string;
  /** Only those whose last run failed, and that have not been done since. */
  readonly hasFailed?: true;
  readonly sort?: TaskOrder;
  readonly limit?: number;
}

/** How much of each of many texts is read. */
export interface TextLimit {
  /** In characters; what is left out is named at the end of the text. Default: none. */
  readonly charsMax?: number;
}

export interface EventFilter extends TextLimit {
  readonly taskId?: string;
  readonly afterId?: number;
  readonly limit?: number;
}
