import { readFileSync } from "node:fs";

/** What a worker wrote down when it began. */
interface Beginning {
  readonly task: string;
  /** Since boot, to ten milliseconds. */
  readonly uptimeMs: number;
}

/**
 * What a worker does: it writes down that it began, with what the shell itself has, and is there for a while.
 * @param folder with a ledger for each home, of the same name
 */
export function workerScript(folder: string, workMs: number): string {
  const ledger = `'${folder}'/"\${KANBUN_HOME##*/}"`;
  return `read -r up rest </proc/uptime; echo "$up $KANBUN_TASK" >>${ledger}; exec sleep ${workMs / 1000}`;
}

/** The same line of one that is no process. */
export function ledgerLine(task: string): string {
  return `${readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]} ${task}\n`;
}

export function readLedgers(paths: readonly string[]): readonly Beginning[] {
  return paths.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [up = "", task = ""] = line.split(" ");
        return { task, uptimeMs: Number(up) * 1_000 };
      }),
  );
}
