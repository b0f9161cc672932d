import type { NoticeFilter, NoticeKind } from "../board/notice.ts";

/** Who is told of what happens on a board, as far as the store needs to know. */
export interface NoticeTarget extends NoticeFilter {
  readonly name: string;
  /** Told for the rows of `kanban_notify_subs` alone. */
  readonly subscriptions: boolean;
  /** Of those, the ones of these platforms; null: all. */
  readonly platforms: readonly string[] | null;
}

/** One thing that one target is told. Times are Unix milliseconds. */
export interface Delivery {
  /** Grows in the order in which things happened. */
  readonly id: number;
  /** The same at each try, and of no other delivery anywhere: the receiver may tell by it what it has had. */
  readonly uid: string;
  readonly target: string;
  readonly taskId: string;
  readonly kind: NoticeKind;
  /** In one line. */
  readonly text: string;
  /** What is sent: one JSON document. */
  readonly body: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly createdAtMs: number;
  readonly tries: number;
  readonly nextTryAtMs: number | null;
  readonly deliveredAtMs: number | null;
  /** Of the last try that failed. */
  readonly error: string | null;
}

/** A delivery that is this process's to make until its lease ends. */
export interface TakenDelivery extends Delivery {
  readonly lease: string;
}

/** What became of a try: null error for one that was received. `isReleased`: it was not made at all. */
export type DeliveryEnd = { readonly error: string | null } | { readonly isReleased: true };

/** Who is told of one task, on a platform of another program's; see format.md on `kanban_notify_subs`. */
export interface Subscription {
  readonly taskId: string;
  readonly platform: string;
  readonly chatId: string;
  readonly threadId: string;
  readonly chatType: string | null;
  readonly userId: string | null;
  readonly notifierProfile: string | null;
  readonly createdAtMs: number;
  readonly lastEventId: number;
}

export type NewSubscription = Pick<Subscription, "taskId" | "platform" | "chatId" | "threadId"> &
  Partial<Pick<Subscription, "chatType" | "userId" | "notifierProfile">>;

/** What a board has to tell, and what became of it. */
export interface NoticeStore {
  /**
   * Writes down what each target is to be told of what has happened since it was last asked; a target that is new begins
   * now. Without news nothing is written. True: there may be more.
   */
  collectNotices(targets: readonly NoticeTarget[], board: string): Promise<boolean>;
  /** Takes the target's next delivery for `leaseMs`; null while there is none, it is not due, or somebody else has it. */
  takeDelivery(target: string, leaseMs: number): Promise<TakenDelivery | null>;
  /** Nothing when the lease was lost by then. */
  endDelivery(taken: TakenDelivery, end: DeliveryEnd): Promise<void>;
  /** When the next delivery of one of these targets is due; null: nothing waits. */
  getNextDeliveryMs(targets: readonly string[]): Promise<number | null>;
  /** The newest first. */
  listDeliveries(filter: {
    readonly target?: string | undefined;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
  /** What waits or has failed is due at once; how many. */
  retryDeliveries(target: string): Promise<number>;
  /** @throws {BoardError} not_found for a task that isn't there */
  subscribe(subscription: NewSubscription): Promise<void>;
  /** False when there was none. */
  unsubscribe(subscription: NewSubscription): Promise<boolean>;
  listSubscriptions(taskId: string | null): Promise<readonly Subscription[]>;
}
