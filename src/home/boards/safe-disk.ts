import { BoardError } from "../../board/error.ts";
import { type FileSystem, judgeFileSystem, readFileSystem } from "../../system/files/file-system.ts";

/**
 * Refuses to make a board where neither its log nor its lock can be trusted.
 * @throws {BoardError} unsupported for a network file system, unless `force`.
 */
export function requireSafeDisk(
  home: string,
  {
    force,
    read = readFileSystem,
  }: { force: boolean | undefined; read?: (path: string) => FileSystem | null },
): void {
  const fileSystem = read(home);
  const verdict = fileSystem && judgeFileSystem(fileSystem);
  if (force || verdict === null || verdict.isSafe) return;
  throw new BoardError("unsupported", `${home} is on ${fileSystem?.kind}: ${verdict.why}`, {
    hint: "choose a home on a local disk, or repeat the command with --force at your own risk",
  });
}
