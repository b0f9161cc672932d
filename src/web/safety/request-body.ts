import { bodyBytesMax } from "../../board/task.ts";
import { Refusal } from "./refusal.ts";

/** The longest text that a board keeps, however much of it JSON has to escape. */
export const requestBytesMax = 2 * bodyBytesMax;

/**
 * The JSON value that was sent; an empty body is an empty object.
 * @throws {Refusal} as `readBytes`; 400
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request, "application/json", requestBytesMax);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal(400, "usage", `the body is no JSON: ${(error as Error).message}`);
  }
}

/**
 * The body, of this type.
 * @throws {Refusal} 415 for another type, which a page of a stranger's could send without being asked; 413
 */
export async function readBytes(request: Request, type: string, bytesMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const bytes = await readBounded(request, bytesMax);
  const given = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (bytes.length === 0 || given === type) return bytes;
  throw new Refusal(415, "usage", `the body must be ${type}`, `send \`Content-Type: ${type}\``);
}

async function readBounded(request: Request, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(bytesMax: number): Refusal {
  return new Refusal(413, "usage", `the body is too large: at most ${bytesMax} bytes are accepted`);
}
