import type { Card } from "../board/card.ts";
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
  /** That ask for this host. */
  readonly host?: string;
  /** That ask for all of these labels. */
  readonly labels?: readonly string[];
  /** Assigned to this profile or person, or claimed by them. */
  readonly of?: string;
  /** Only those whose last run failed, and that have not been done since. */
  readonly hasFailed?: true;
  readonly sort?: TaskOrder;
  readonly limit?: number;
}

/** Which cards of a board are shown; archived ones only where a status or an id asks for them. */
export interface CardFilter {
  readonly statuses?: readonly TaskStatus[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** null: of no one. */
  readonly assignee?: string | null | undefined;
  readonly tenant?: string | undefined;
  readonly parentId?: string | undefined;
  /** Only those whose last run failed, and that have not been done since. */
  readonly hasFailed?: true | undefined;
  /** In title, id, body or comments, without regard to the case of ASCII letters. */
  readonly text?: string | undefined;
  /** Default: the order of work. `completed`: what was done last comes first. */
  readonly sort?: "priority" | "created" | "newest" | "updated" | "completed" | "title" | undefined;
  readonly limit: number;
  /** Goes on behind the last card of an earlier page with the same filter. */
  readonly after?: CardCursor | null | undefined;
}

/** What the cards are sorted by, of one of them. */
export type CardCursor = readonly (string | number | null)[];

export interface CardPage {
  readonly cards: readonly Card[];
  /** null: these are the last. */
  readonly next: CardCursor | null;
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
