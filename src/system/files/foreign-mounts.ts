import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { listMounts } from "./file-system.ts";

/** Another machine, or a program, answers for all others: a look at them may wait forever, and can't be given up. */
const answeredHere =
  /^(ext[234]|xfs|btrfs|f2fs|bcachefs|zfs|jfs|nilfs2|ntfs3?|exfat|vfat|hfsplus|udf|iso9660|squashfs|erofs|overlay|aufs|rootfs|tmpfs|ramfs|devtmpfs|devpts|proc|sysfs|cgroup2?|mqueue|hugetlbfs|securityfs|debugfs|tracefs|configfs|pstore|bpf|efivarfs|binfmt_misc|fusectl|nsfs|selinuxfs)$/;

/** A chain of links that is longer is none: the kernel follows 40. */
const linksMax = 40;

/** Where file systems are mounted that may never answer. Of Linux alone: other systems don't tell without being asked for each. */
export class ForeignMounts {
  readonly #points: readonly string[];

  constructor(points: readonly string[]) {
    this.#points = points;
  }

  /** As they are now; none of them is asked anything. */
  static read(): ForeignMounts {
    if (process.platform !== "linux") return new ForeignMounts([]);
    const mounts = listMounts(readFileSync("/proc/self/mountinfo", "utf8"));
    return new ForeignMounts(
      mounts.filter(({ kind }) => !answeredHere.test(kind)).map(({ mountPoint }) => mountPoint),
    );
  }

  /** Whether a look at this absolute path would lead there, by its name or by a link on the way. */
  mayHold(path: string): boolean {
    if (this.#points.length === 0) return false;
    let at = "/";
    let links = 0;
    const rest = path.split("/");
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === "" || name === ".") continue;
      const next = name === ".." ? dirname(at) : join(at, name);
      if (this.#points.includes(next)) return true;
      const target = name === ".." ? null : readLink(next);
      if (target === null) at = next;
      else if (++links > linksMax) return false;
      else {
        if (target.startsWith("/")) at = "/";
        rest.unshift(...target.split("/"));
      }
    }
    return false;
  }
}

/** null: it is none, or nothing that can be looked at; then what is below it can't be either. */
function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // as nearly everything: a folder
  }
}
