/** What the server refused, or that it can't be reached (`kind` is then `offline`). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: string;
  readonly hint: string | null;

  constructor(kind: string, message: string, hint: string | null = null) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }

  /** Both, for people. */
  get text(): string {
    return this.hint === null ? this.message : `${this.message}: ${this.hint}`;
  }
}

/**
 * Asks the API. @param path below /api/v1
 * @throws {ApiError}
 */
export async function call<Data>(method: string, path: string, body?: unknown): Promise<Data> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch (error) {
    throw new ApiError("offline", "the server can't be reached", (error as Error).message);
  }
  // What stands between may answer as well, and not as we do.
  const document = await answer.json().catch(() => {
    throw new ApiError("offline", `the server can't be reached: ${answer.status} ${answer.statusText}`);
  });
  if (document.ok === true) return document.data as Data;
  const { kind, message, hint } = document.error;
  throw new ApiError(kind, message, hint);
}

/** The path of a board, or of something on it: `boardPath("main", "tasks", "t_1")`. */
export function boardPath(board: string, ...parts: readonly (string | number)[]): string {
  return ["/boards", board, ...parts]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join("/");
}

/** What went wrong, in words. */
export function describe(error: unknown): string {
  return error instanceof ApiError ? error.text : error instanceof Error ? error.message : String(error);
}
