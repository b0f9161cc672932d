import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";

export interface FileSystem {
  /** As the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly kind: string;
  readonly mountPoint: string;
}

/** Several machines write to them, or their locks stay on this one: neither the log's memory nor flock can be trusted. */
const networkKinds =
  /^(nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|lustre|gpfs|ocfs2|gfs2|fuse\.(sshfs|s3fs|gcsfuse|rclone|glusterfs|ceph.*|davfs2?|smbnetfs|juicefs))$/;
/** Two machines can't have one of them at once, but by a copy of the whole disk. */
const ownKinds = /^(ext[234]|xfs|btrfs|f2fs|bcachefs|zfs|jfs|nilfs2|ntfs3?|exfat|vfat|tmpfs|ramfs|overlay)$/;
/** They hold a board well, but not for long, or not as a disk does. */
const passingKinds: Readonly<Record<string, string>> = {
  tmpfs: "it is memory: a reboot loses the boards",
  ramfs: "it is memory: a reboot loses the boards",
  overlay: "it is a container's layer: the boards go when the container does",
};

/** What a board can expect of a kind of file system; null when nothing speaks against it. */
export function judgeFileSystem({
  kind,
}: FileSystem): { readonly isSafe: boolean; readonly why: string } | null {
  if (networkKinds.test(kind)) return { isSafe: false, why: "WAL and flock are not safe here" };
  const passing = passingKinds[kind];
  if (passing !== undefined) return { isSafe: true, why: passing };
  return kind.startsWith("fuse")
    ? { isSafe: true, why: "whether its locks hold is for its makers to say" }
    : null;
}

/**
 * Whether what runs on a path is all on this machine. False where several may share it, and where that isn't known; on other
 * systems than Linux, which don't tell, boards are taken to be on a disk.
 */
export function isOfOneMachine(path: string): boolean {
  return process.platform !== "linux" || ownKinds.test(readFileSystem(path)?.kind ?? "");
}

/** The file system of a path, or of what exists of it; null where this platform does not tell. */
export function readFileSystem(path: string): FileSystem | null {
  try {
    return findMount(readFileSync("/proc/self/mountinfo", "utf8"), realpathSync(nearestExisting(path)));
  } catch {
    return null; // and the checks say that it isn't told
  }
}

/** @param path canonical */
export function findMount(mountInfo: string, path: string): FileSystem | null {
  let best: FileSystem | null = null;
  for (const { kind, mountPoint } of listMounts(mountInfo)) {
    const isAbove = mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
    // Of two at one place the later one lies on top.
    if (isAbove && mountPoint.length >= (best?.mountPoint.length ?? 0)) best = { kind, mountPoint };
  }
  return best;
}

/** What is mounted where, in the order in which it was. @see proc_pid_mountinfo(5) */
export function listMounts(mountInfo: string): FileSystem[] {
  return mountInfo.split("\n").flatMap((line) => {
    const [before = "", after] = line.split(" - ");
    const escaped = before.split(" ")[4];
    const kind = after?.split(" ")[0];
    if (escaped === undefined || kind === undefined) return [];
    const mountPoint = escaped.replace(/\\(\d{3})/g, (_, code) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    return [{ kind, mountPoint }];
  });
}

/** The path itself, or the nearest folder above it that exists. */
export function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
