import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { AttachedFile } from "../../home/attachments/attached-file.ts";
import { attachFiles, removeAttachment } from "../../home/attachments/attachments.ts";
import { object, record, ref, text, textOrNull } from "../../home/schema/json-schema.ts";
import { readBytes } from "../safety/request-body.ts";
import { type Route, route } from "./route.ts";

/** As much as is kept of one file. */
const fileBytesMax = 25 * 1024 * 1024;

const attachments = "/boards/{board}/tasks/{task}/attachments";

export const attachmentRoutes: readonly Route[] = [
  route(`POST ${attachments}`, {
    summary: "keep a file with a task: the body, of type application/octet-stream, at most 25 MiB",
    query: object({ name: text, content_type: text }, ["name"]),
    takesBytes: true,
    answer: ref("Attachment"),
    status: 201,
    async handle({ web, params, request, query }) {
      const bytes = await readBytes(request, "application/octet-stream", fileBytesMax);
      const folder = mkdtempSync(join(tmpdir(), "kanbun-upload-"));
      try {
        const path = join(folder, "file");
        writeFileSync(path, bytes, { mode: 0o600 });
        await using session = await web.board(params.board ?? "").home.open("write");
        const task = await session.taskId(params.task);
        const how = { name: query.name, contentType: query.content_type };
        return (await attachFiles(session, task, [path], how))[0];
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  }),
  route(`DELETE ${attachments}/{attachment}`, {
    summary: "remove a file that is kept with a task",
    answer: record({ kept: { ...textOrNull, description: "why its file is still there" } }),
    async handle({ web, params: { board = "", task = "", attachment = "" } }) {
      await using session = await web.board(board).home.open("write");
      const id = numberOf(attachment);
      const of = await session.taskId(task);
      if (!(await session.store.listAttachments(of)).some((one) => one.id === id))
        throw new BoardError("not_found", `${of} has no attachment ${id}`);
      return { kept: (await removeAttachment(session, id)).kept };
    },
  }),
  route(`GET ${attachments}/{attachment}`, {
    summary: "a file that is kept with a task, to be saved, never shown",
    answer: "application/octet-stream",
    async handle({ web, params: { board = "", task = "", attachment = "" } }) {
      if (!/^\d{1,15}$/.test(attachment))
        throw new BoardError("usage", "an attachment is named by its number");
      await using session = await web.read(board);
      const file = await AttachedFile.open(session, task, numberOf(attachment));
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

function numberOf(attachment: string): number {
  if (/^\d{1,15}$/.test(attachment)) return Number(attachment);
  throw new BoardError("usage", "an attachment is named by its number");
}

/** The last part of a path, safe in a header and as a file name. @see RFC 8187 */
function fileName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) || "attachment";
  return encodeURIComponent(last).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
