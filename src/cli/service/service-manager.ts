/** What a service is to do, on every platform. */
export interface ServiceWish {
  /** Unique among the services of this user: one for each home. */
  readonly name: string;
  readonly home: string;
  /** Absolute program first; without a shell. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A tree of the user's own, for the files that managers look for. */
  readonly userHome: string;
  /** XDG_CONFIG_HOME where it is set. */
  readonly configHome: string | null;
}

type ManagerCommand = readonly string[];

export interface ServicePlan {
  /** What it is, in words: "systemd user unit". */
  readonly kind: string;
  readonly path: string;
  /** Carries `serviceMark`. */
  readonly text: string;
  readonly encoding: "utf8" | "utf16le";
  /** Run before `start`, whatever they say: one that was installed before must not stand in its way. */
  readonly clear: readonly ManagerCommand[];
  /** They start it, now and at each login; each must succeed. */
  readonly start: readonly ManagerCommand[];
  /** What a person types instead of `start`. */
  readonly startHint: string;
  /** They stop it, before its file is removed. */
  readonly stop: readonly ManagerCommand[];
  readonly afterRemoval: readonly ManagerCommand[];
  /** Says in words that `runningWord` matches that it runs. */
  readonly ask: ManagerCommand;
  readonly runningWord: RegExp;
}

/** In the file of every service of ours: no other is replaced or removed. */
export const serviceMark = "Written by `kanbun service install`; `kanbun service uninstall` removes it.";
