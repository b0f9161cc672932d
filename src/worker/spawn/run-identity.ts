/** Who the worker is, and where it finds its board. */
export interface RunIdentity {
  readonly home: string;
  readonly board: string;
  readonly database: string | null;
  /** Where its dispatcher does what it asks of a board that a server keeps; null: it speaks to its board itself. */
  readonly socket: string | null;
  readonly task: string;
  readonly run: number;
  readonly token: string;
  readonly claimLock: string;
  readonly profile: string;
  readonly workspace: string;
  readonly workspacesRoot: string;
  readonly branch: string | null;
  readonly tenant: string | null;
  readonly attachmentsRoot: string;
  readonly goalMode: boolean;
  readonly goalMaxTurns: number | null;
  readonly maxRuntimeMs: number | null;
  /** The file of the lease that it lives by; null: its board has none. */
  readonly lease: string | null;
  /** The folder in which the worker finds `kanbun` itself. */
  readonly binFolder: string;
}
