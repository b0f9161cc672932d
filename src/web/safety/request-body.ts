import { bodyBytesMax } from "../../board/task.ts";
import { Refusal } from "./refusal.ts";

/** The longest text that a board keeps, however much of it JSON has to escape. */
export const requestBytesMax = 2 * bodyBytesMax;

/**
 * The JSON object that was sent; an empty body is an empty one.
 * @throws {Refusal} 415 for another type, which a page of a stranger's could send without being asked; 413; 400
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > requestBytesMax) throw tooLarge();
  const bytes = await readBounded(request);
  if (bytes.length === 0) return {};
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new Refusal(415, "usage", "the body must be JSON", "send `Content-Type: application/json`");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal(400, "usage", `the body is no JSON: ${(error as Error).message}`);
  }
}

async function readBounded(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > requestBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(): Refusal {
  return new Refusal(413, "usage", `the body is too large: at most ${requestBytesMax} bytes are accepted`);
}
