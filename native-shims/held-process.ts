/** One process, told from every other that has its pid before or after it. */
export interface HeldProcess extends Disposable {
  /** Also before anybody has taken its exit code. null: it can't be told. */
  hasEnded(): boolean | null;
  close(): void;
}
