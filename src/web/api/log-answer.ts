import type { LogFile } from "../../home/runs/log-file.ts";
import type { RunLog } from "../../home/runs/run-log.ts";
import { Refusal } from "../safety/refusal.ts";

const headers = { "Content-Type": "text/plain; charset=utf-8", "Accept-Ranges": "bytes" };

/** A log as it comes, until its run is over or the client leaves. @param opened taken over, and closed at the end */
export function followedAnswer(
  log: RunLog,
  opened: AsyncDisposableStack,
  { method, signal }: Request,
  lines: number | undefined,
): Response {
  // What can't be read is said in words, before anything else is.
  if (!log.isElsewhere) log.tryOpen()?.[Symbol.dispose]();
  // Of a body that no one reads not even the beginning is run, nor its end.
  if (method === "HEAD") return new Response(null, { headers });
  return new Response(followedBytes(log, opened.move(), { lines, signal }), { headers });
}

/** A log as bytes: all that is there, a part of it, or its last lines. */
export function logAnswer(log: RunLog, request: Request, lines: number | undefined): Response {
  const file = log.tryOpen();
  if (file === null) return new Response("", { headers });
  try {
    const sizeBytes = file.sizeBytes;
    const range =
      lines === undefined
        ? readRange(request, sizeBytes)
        : { from: file.seekLastLines(lines), to: sizeBytes };
    const isPart = lines === undefined && request.headers.has("range");
    return new Response(bytesOf(file, range), {
      status: isPart ? 206 : 200,
      headers: {
        ...headers,
        "Content-Length": String(range.to - range.from),
        ...(isPart ? { "Content-Range": `bytes ${range.from}-${range.to - 1}/${sizeBytes}` } : {}),
      },
    });
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/** `to` is the first byte that is not in it. @throws {Refusal} 416 */
function readRange(request: Request, size: number): { readonly from: number; readonly to: number } {
  const asked = request.headers.get("range");
  if (asked === null) return { from: 0, to: size };
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked.trim()) ?? [];
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if ((first !== "" || last !== "") && from < to) return { from, to };
  throw new Refusal(
    416,
    "usage",
    `the log has ${size} bytes`,
    "ask for one range, such as `Range: bytes=0-65535`",
  );
}

/** Read as it is sent. Output written meanwhile is left out: the length was sent already. */
function bytesOf(
  file: LogFile,
  { from, to }: { readonly from: number; readonly to: number },
): ReadableStream<Uint8Array> {
  let left = to - from;
  file.seek(from);
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = left > 0 ? file.readChunk() : null;
        if (chunk !== null) controller.enqueue(chunk.slice(0, left));
        left -= chunk?.length ?? left;
        if (left > 0) return;
        file[Symbol.dispose]();
        controller.close();
      },
      cancel: () => file[Symbol.dispose](),
    },
    { highWaterMark: 0 },
  );
}

async function* followedBytes(
  log: RunLog,
  opened: AsyncDisposableStack,
  how: { readonly lines: number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  await using _opened = opened;
  for await (const piece of log.follow(how)) if (!piece.isCut) yield piece.bytes.slice();
}
