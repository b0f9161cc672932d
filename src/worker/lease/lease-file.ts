import { closeSync, constants, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { hostIdentity, readUptimeMs } from "../../../native-shims/index.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { type LineRead, readLine } from "../run-file.ts";

/**
 * Names the file of the lease that a worker was started under. By it the shim finds the lease, and the guard finds every
 * process that has to end with it.
 */
export const leaseMark = "KANBUN_LEASE";

/** Twice the time since boot, in hundredths of a second as /proc/uptime has it, and which boot. */
const leaseLine = /^(\d{12}) (\d{12}) (\S*)\n/;

/**
 * The end of a lease, for processes of this machine that can't ask the server. It is written over in place, so that a full disk
 * doesn't end a lease that was renewed; and twice, so that a reader who comes in between sees that it is neither.
 */
export class LeaseFile {
  readonly path: string;
  #untilMs = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** @param untilMs by the time since boot, which also counts while the machine sleeps; 0: it is over */
  write(untilMs: number): void {
    const until = String(Math.max(0, Math.floor(untilMs / 10))).padStart(12, "0");
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const fd = openSync(this.path, constants.O_CREAT | constants.O_WRONLY, 0o600);
    try {
      writeSync(fd, `${until} ${until} ${hostIdentity().bootId}\n`, 0);
    } finally {
      closeSync(fd);
    }
  }

  /** For how long it still holds; 0 where it is over, is of an earlier boot, or is none. Milliseconds. */
  readRestMs(): number {
    const untilMs = this.#readUntilMs();
    if (untilMs !== null) this.#untilMs = untilMs;
    return Math.max(0, this.#untilMs - readUptimeMs());
  }

  /** null where that can't be told just now: what was read last holds. */
  #readUntilMs(): number | null {
    let line: LineRead;
    try {
      line = readLine(this.path);
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      return null; // a shortage of this machine, or a disk that fails
    }
    const [, until, again, bootId] = (typeof line === "string" ? leaseLine.exec(line) : null) ?? [];
    if (until === undefined || bootId !== hostIdentity().bootId) return 0;
    // Caught in the middle of being written.
    return until === again ? Number(until) * 10 : null;
  }
}

/**
 * A shell's look at the lease that it was started under, with built-ins alone: true without one. What can't be read does not hold.
 * Both times are cut to hundredths of a second, so that it may be off by one of them.
 */
export const leaseScript = `lease_holds() {
  [ -z "$${leaseMark}" ] && return
  until= again= up=
  { read -r until again boot <"$${leaseMark}" && read -r up rest </proc/uptime; } 2>/dev/null
  [ -n "$up" ] && [ "$until" = "$again" ] && [ "\${up%.*}\${up#*.}" -lt "$until" ]
}
`;
