import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tryPrivateFolder } from "../../system/files/private-folder.ts";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/**
 * Opens an address that holds a secret in the browser, by a file that only its owner can read: the words of a command can
 * be read by everyone on the machine. False where that can't be tried.
 */
export function tryOpenAddress(address: string): boolean {
  const folder = tryPrivateFolder();
  if (folder === null) return false;
  const path = join(folder, "open.html");
  writeFileSync(path, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">\n`, {
    mode: 0o600,
  });
  const [program = "", ...words] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...words, pathToFileURL(path).href], { detached: true, stdio: "ignore" });
  // The address has been printed: where there is no browser it is opened by hand.
  child.on("error", () => {});
  child.unref();
  return true;
}
