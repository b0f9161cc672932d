import { useEffect, useState } from "preact/hooks";
import { boardPath, call } from "./api.ts";
import { board } from "./current.ts";

/** The profiles of the board, to choose from. */
export function useProfiles(isWanted: boolean): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    call<{ profiles: { name: string }[] }>("GET", boardPath(board.peek() ?? "", "profiles")).then(
      ({ profiles }) => setNames(profiles.map(({ name }) => name)),
      () => setNames([]), // without suggestions it can be typed all the same
    );
  }, [isWanted]);
  return names;
}
