/** What one look at one thing came to. */
export interface Check {
  /** What was looked at: a fixed name, or `profile:<name>`. */
  readonly check: string;
  /** null: it is about the whole home. */
  readonly board: string | null;
  readonly status: "ok" | "warning" | "problem";
  readonly detail: string;
  /** The command that repairs it; null where there is none, or nothing to repair. */
  readonly fix: string | null;
}

/** A check by its verdict. */
export class CheckOf {
  readonly #check: string;
  readonly #board: string | null;

  constructor(check: string, board: string | null = null) {
    this.#check = check;
    this.#board = board;
  }

  ok(detail: string): Check {
    return this.#with("ok", detail, null);
  }

  warning(detail: string, fix: string | null = null): Check {
    return this.#with("warning", detail, fix);
  }

  problem(detail: string, fix: string | null = null): Check {
    return this.#with("problem", detail, fix);
  }

  #with(status: Check["status"], detail: string, fix: string | null): Check {
    return { check: this.#check, board: this.#board, status, detail, fix };
  }
}

/** `a, b, c and 9 more`: a list that stays readable however long it is. */
export function listSome(things: readonly string[], max = 5): string {
  const rest = things.length - max;
  return rest > 0 ? `${things.slice(0, max).join(", ")} and ${rest} more` : things.join(", ");
}
