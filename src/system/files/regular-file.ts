import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Something else stands where a file should be. */
class NotRegular extends Error {
  readonly code = "not a regular file";
}

/**
 * The text of a file of the home. Anyone may have put something else in its place: a pipe or a device is refused, for
 * reading one may wait for ever.
 * @throws {Error} the system's, with its code, or one whose code says that it is not a regular file
 */
export function readRegularFile(path: string): string {
  // Also opening a pipe would wait; Windows has none that could stand there.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() && !stats.isDirectory()) throw new NotRegular(`${path} is not a regular file`);
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
