import type * as board from "../../../board/card.ts";
import type { BoardEvent as Event } from "../../../board/event.ts";
import type * as holds from "../../../board/hold.ts";
import type * as questions from "../../../board/question.ts";
import type * as runs from "../../../board/run.ts";
import type * as tasks from "../../../board/task.ts";

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Name;

/** A noun of the board as the API sends it: `createdAtMs` is `created_at_ms`. */
type Wire<Of> = Of extends readonly (infer Item)[]
  ? readonly Wire<Item>[]
  : Of extends object
    ? { readonly [Key in keyof Of & string as Snake<Key>]: Wire<Of[Key]> }
    : Of;

/** A card as the API sends it. */
export type CardData = Wire<board.Card>;
/** The same as the page keeps it: with the board that it is on. */
export type Card = CardData & { readonly board: string };
export type Task = Wire<tasks.Task>;
export type TaskStatus = tasks.TaskStatus;
export type Run = Omit<Wire<runs.Run>, "metadata"> & { readonly metadata: unknown };
export type Question = Wire<questions.Question>;
export type Hold = Wire<holds.Hold>;
export type BoardEvent = Omit<Wire<Event>, "payload"> & Pick<Event, "payload">;

export interface Comment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly created_at_ms: number;
}

export interface Attachment {
  readonly id: number;
  readonly filename: string;
  readonly stored_path: string;
  readonly content_type: string | null;
  readonly size_bytes: number;
}

/** A task at the other end of a link. */
export interface RelatedTask {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly result: string | null;
  readonly summary: string | null;
}

/** One task with all that belongs to it. */
export interface WholeTask {
  readonly card: CardData;
  readonly task: Task;
  readonly hold: Hold;
  readonly parents: readonly RelatedTask[];
  readonly children: readonly RelatedTask[];
  readonly comments: readonly Comment[];
  readonly questions: readonly Question[];
  readonly attachments: readonly Attachment[];
  readonly runs: readonly Run[];
}

export interface Session {
  readonly access: "full" | "read";
  readonly actor: string;
  readonly home: string;
  readonly board: string;
  readonly version: string;
  readonly is_dispatching: boolean;
  readonly at_ms: number;
}

export interface Board {
  readonly slug: string;
  readonly name: string;
  readonly is_current: boolean;
  /** null where it can't be opened. */
  readonly tasks: number | null;
  readonly by_status: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly problem: string | null;
}

export interface TaskPage {
  readonly tasks: readonly CardData[];
  readonly next_cursor: string | null;
  readonly by_status: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly last_event_id: number;
}

/** The board and its dispatcher. */
export interface Status {
  readonly by_status: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly slots: {
    readonly home_used: number;
    readonly home_max: number;
    readonly board_used: number;
    readonly board_max: number | null;
  };
  readonly pauses: readonly {
    readonly scope: string;
    readonly until_at_ms: number | null;
    readonly reason: string;
  }[];
  /** The residents of the board. */
  readonly residents: readonly { readonly pid: number; readonly since_at_ms: number }[];
  /** Of a board on a server: the machines that dispatch it, or run something of it. */
  readonly hosts: readonly {
    readonly id: string;
    readonly machine: string;
    readonly state: "alive" | "silent" | "left" | "passing" | "fenced";
  }[];
  readonly configuration: readonly { readonly path: string | null; readonly detail: string }[];
  readonly last_event_id: number;
}
