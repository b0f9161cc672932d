import { useEffect, useState } from "preact/hooks";
import { boardPath, call } from "./api.ts";

/** The profiles of a board, to choose from. @param of null: none are wanted */
export function useProfiles(of: string | null): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (of === null) return;
    call<{ profiles: { name: string }[] }>("GET", boardPath(of, "profiles")).then(
      ({ profiles }) => setNames(profiles.map(({ name }) => name)),
      () => setNames([]), // without suggestions it can be typed all the same
    );
  }, [of]);
  return names;
}
