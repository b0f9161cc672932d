/** What the API answers beside the kinds of `BoardError`: not let in, or not a request that is served. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly kind: "unauthorized" | "forbidden" | "usage" | "not_found";
  readonly status: number;
  readonly hint: string | null;

  constructor(status: number, kind: Refusal["kind"], message: string, hint: string | null = null) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.hint = hint;
  }
}
