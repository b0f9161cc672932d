import { useEffect, useState } from "preact/hooks";
import { followLog } from "./live.ts";
import type { Card } from "./wire.ts";

/** The server follows so many logs of a tab; some are left for the one that is read. */
const followedMax = 15;
const tailBytes = 2_000;
let followed = 0;

/** The last line that a running task's worker has written; null: none yet, or too many are followed already. */
export function useLastLine(
  board: string,
  { id, current_run_id: run }: Pick<Card, "id" | "current_run_id">,
): string | null {
  const [line, setLine] = useState<string | null>(null);
  useEffect(() => {
    if (run === null || followed >= followedMax) return;
    followed += 1;
    let tail = "";
    const end = followLog({ board, task: id, run }, -tailBytes, ({ text, isCut }) => {
      tail = ((isCut ? "" : tail) + (text ?? "")).slice(-tailBytes);
      const found = lastLine(tail);
      if (found !== null) setLine(found);
    });
    return () => {
      followed -= 1;
      end();
    };
  }, [board, id, run]);
  return line;
}

/** Without colours; of an overwritten line what was written last. */
function lastLine(text: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
  const plain = text.replace(/\u001B(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(\u0007|\u001B\\)?|.)/g, "");
  const lines = plain.split(/[\n\r]/).filter((one) => one.trim() !== "");
  return lines.at(-1)?.trim() ?? null;
}
