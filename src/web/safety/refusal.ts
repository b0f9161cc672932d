/** What the API answers beside the kinds of `BoardError`: who isn't let in, or asked in a way that is not served. */
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
