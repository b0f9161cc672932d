import { systemErrorCode } from "../system-error.ts";

const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
  ELOOP: "its links lead in a circle",
};

/** Why a file can't be read, in words that follow `cannot read <path>: `. @param error what the system said */
export function whyUnreadable(error: unknown): string {
  const code = systemErrorCode(error);
  return words[code ?? ""] ?? code ?? String(error);
}
