/**
 * A plain user, without the rights by which root sees into everything, whose files are ours. One user namespace for all that is
 * done: no process of one may look into those of another.
 */
export class PlainUser {
  readonly #keeper: Bun.Subprocess | null;

  private constructor(keeper: Bun.Subprocess | null) {
    this.#keeper = keeper;
  }

  /** A string says why there is none here. */
  static make(): PlainUser | string {
    if (process.getuid?.() !== 0) return new PlainUser(null);
    const own = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
    const { exitCode, stderr } = Bun.spawnSync([...own, "true"]);
    if (exitCode !== 0) return `no process without root's rights: ${stderr.toString().trim()}`;
    return new PlainUser(Bun.spawn([...own, "sleep", "infinity"]));
  }

  /** The same command, as that user. It becomes the command: there is no process in between. */
  around(command: readonly string[]): string[] {
    if (this.#keeper === null) return [...command];
    return [
      "nsenter",
      `--user=/proc/${this.#keeper.pid}/ns/user`,
      "--preserve-credentials",
      "--",
      ...command,
    ];
  }

  close(): void {
    this.#keeper?.kill("SIGKILL");
  }
}
