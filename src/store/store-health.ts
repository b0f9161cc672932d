/** What a server that keeps boards says of itself. */
export interface StoreHealth {
  /** Its version, and how far it is away. */
  readonly summary: string;
  readonly flaws: readonly StoreFlaw[];
}

export interface StoreFlaw {
  /** Boards don't work there, or may be lost; else it is slower, or will be worse. */
  readonly isSerious: boolean;
  readonly detail: string;
  readonly hint: string;
}
