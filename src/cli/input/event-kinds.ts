import { BoardError } from "../../board/error.ts";
import { eventKinds } from "../../board/event.ts";
import { nearestName } from "../../system/text/nearest-name.ts";

/** As they are shown: "failed" for `crashed`, a space or a dash for `_`. */
const words: ReadonlyMap<string, string> = new Map([["failed", "crashed"]]);

/** Kinds of events as they are typed, with commas between them. @throws {BoardError} usage for one that there isn't */
export function kindList(text: string): ReadonlySet<string> {
  return new Set(
    text.split(",").map((word) => {
      const typed = word.trim().toLowerCase().replace(/[ -]/g, "_");
      const kind = words.get(typed) ?? typed;
      if (eventKinds.some((one) => one === kind)) return kind;
      const meant = nearestName(typed, [...eventKinds, ...words.keys()]);
      throw new BoardError("usage", `there is no kind of event ${JSON.stringify(word)}`, {
        hint: meant === null ? `use some of ${eventKinds.join(", ")}` : `did you mean \`${meant}\`?`,
      });
    }),
  );
}
