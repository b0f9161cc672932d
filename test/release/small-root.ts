import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { makeTestHome } from "../support/home.ts";

/**
 * Runs kanbun in the root at $1, in namespaces of its own that need no rights and leave nothing behind. $2: how the
 * kernel is told to run programs of another processor, in the root and all that is started there; or empty.
 */
const script = `set -e
root=$1 interpreter=$2
shift 2
if [ -n "$interpreter" ]; then
  mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
  printf '%s' "$interpreter" >/proc/sys/fs/binfmt_misc/register
fi
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
# Debian keeps it from the PATH of whoever is not root.
PATH=$PATH:/usr/sbin:/sbin exec chroot "$root" /bin/env -i PATH=/bin HOME=/tmp KANBUN_HOME=/tmp/home /bin/kanbun "$@"`;

const inNamespaces = ["unshare", "--map-root-user", "--mount", "sh", "-c"];

/**
 * The command line of an executable in a root folder of its own, where there is nothing but it, a C library and busybox
 * as the shell and its programs. Its home is looked at from outside as any other.
 * @param interpreter see binfmt_misc of the Linux kernel; "" for this machine's own processor.
 */
export function inSmallRoot(executable: string, lay: (root: string) => void, interpreter = ""): CommandLine {
  const root = makeTestHome();
  for (const folder of ["bin", "lib", "tmp", "proc", "dev"]) mkdirSync(join(root, folder));
  cpSync(Bun.which("busybox") ?? "", join(root, "bin", "busybox"));
  const { stdout } = Bun.spawnSync(["busybox", "--list"]);
  for (const name of stdout.toString().trim().split("\n"))
    if (name !== "busybox") symlinkSync("busybox", join(root, "bin", name));
  cpSync(executable, join(root, "bin", "kanbun"));
  lay(root);
  return new CommandLine(join(root, "tmp", "home"), [...inNamespaces, script, "sh", root, interpreter]);
}

/** Empty, or why there is no such root here, for a title. */
export function whyNoSmallRoot(...needed: readonly string[]): string {
  if (process.platform !== "linux" || process.arch !== "x64") return " (skipped: this is not Linux on x64)";
  const missing = ["unshare", "busybox", ...needed].filter((tool) => Bun.which(tool) === null);
  if (missing.length > 0) return ` (skipped: ${missing.join(", ")} missing)`;
  const isStatic = !Bun.spawnSync(["ldd", Bun.which("busybox") ?? ""]).success;
  if (!isStatic) return " (skipped: busybox is not the static one)";
  const canMount = Bun.spawnSync([...inNamespaces, "mount --rbind /proc /proc"]).success;
  return canMount ? "" : " (skipped: no user namespaces here)";
}

/** Whether a namespace of its own may have programs of other processors; Linux 6.7 and later. */
export function canInterpret(): boolean {
  return Bun.spawnSync([...inNamespaces, "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc"]).success;
}
