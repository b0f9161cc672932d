import type { NotifyTarget } from "../../system/config/notify-config.ts";

/** What is to be sent: once, at each try of a delivery. */
interface Letter {
  /** The same at each try. */
  readonly uid: string;
  readonly board: string;
  readonly taskId: string;
  readonly kind: string;
  /** In one line, and never beginning with a dash. */
  readonly text: string;
  /** One JSON document. */
  readonly body: string;
}

/** How one try is made. */
export interface Sending {
  readonly target: NotifyTarget;
  readonly letter: Letter;
  /** Ends the try. */
  readonly signal: AbortSignal;
  readonly nowMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Why a try failed, in words that tell no secret: neither an address nor what was answered. */
export class NotDelivered extends Error {
  override readonly name = "NotDelivered";
}
