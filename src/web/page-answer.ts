import { readPageFiles } from "./page-files.ts";
import { Refusal } from "./safety/refusal.ts";

/** A file of the page; the document for every path of its own, which the page reads for itself. @throws {Refusal} 404, 405 */
export async function pageAnswer(request: Request, pathname: string): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new Refusal(405, "usage", `${request.method} is not served there; GET is`);
  const files = await readPageFiles();
  // These are for the page to read: `/b/<board>/t/<task>`, and what is of the whole home.
  const isDocument = ["/", "/b", "/all", "/needs-you"].includes(pathname) || pathname.startsWith("/b/");
  const file = files.get(isDocument ? "/index.html" : pathname);
  if (file === undefined) throw new Refusal(404, "not_found", `${pathname.slice(0, 200)} is not served`);
  const isCompressed = file.brotli !== null && /\bbr\b/.test(request.headers.get("accept-encoding") ?? "");
  const isHashed = /-[a-z0-9]{8}\.\w+$/.test(pathname);
  return new Response(
    isCompressed ? (file.brotli as Uint8Array<ArrayBuffer>) : (file.bytes as Uint8Array<ArrayBuffer>),
    {
      headers: {
        "Content-Type": file.type,
        "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
        Vary: "Accept-Encoding",
        ...(isCompressed ? { "Content-Encoding": "br" } : {}),
      },
    },
  );
}
