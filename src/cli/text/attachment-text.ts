import type { Attachment } from "../../board/context.ts";
import { formatSize } from "../../system/text/size.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { visibleLine } from "./visible.ts";

/** A table of attachments, one line each, with the numbers that `attach-rm` takes. */
export function formatAttachments(attachments: readonly Attachment[], screen: Screen, indent = 0): string {
  const rows = attachments.map((file) => [
    String(file.id),
    visibleLine(file.filename),
    formatSize(file.sizeBytes),
    visibleLine(file.storedPath),
  ]);
  return formatTable(rows, screen, { head: ["id", "name", "size", "path"], right: [0, 2], indent });
}
