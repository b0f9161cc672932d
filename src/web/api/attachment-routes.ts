import { BoardError } from "../../board/error.ts";
import { AttachedFile } from "../../home/attachments/attached-file.ts";
import { type Route, route } from "./route.ts";

export const attachmentRoutes: readonly Route[] = [
  route("GET /boards/{board}/tasks/{task}/attachments/{attachment}", {
    summary: "a file that is kept with a task, to be saved, never shown",
    answer: "application/octet-stream",
    async handle({ web, params: { board = "", task = "", attachment = "" } }) {
      if (!/^\d{1,15}$/.test(attachment))
        throw new BoardError("usage", "an attachment is named by its number");
      await using session = await web.read(board);
      const file = await AttachedFile.open(session, task, Number(attachment));
      const bytes = file.bytes();
      const stream = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            const { value, done } = bytes.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: () => file[Symbol.dispose](),
        },
        { highWaterMark: 0 },
      );
      return new Response(stream, {
        headers: {
          "Content-Type": "application/octet-stream",
          "Content-Length": String(file.sizeBytes),
          "Content-Disposition": `attachment; filename*=UTF-8''${fileName(file.attachment.filename)}`,
        },
      });
    },
  }),
];

/** Of a path the last part; nothing in it ends a header or leads elsewhere. @see RFC 8187 */
function fileName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) || "attachment";
  return encodeURIComponent(last).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
