/** What every answer says: nothing of ours is framed, guessed at, kept by others or sent along. */
const always = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
} as const;

const ours = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the page may load: its own files, and nothing that is in the document itself. */
const page = `${ours}; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'`;

/** The same answer with the safety headers added; its own headers stay. */
export function withSafeHeaders(response: Response, of: "page" | "data"): Response {
  const { headers } = response;
  for (const [name, value] of Object.entries(always)) if (!headers.has(name)) headers.set(name, value);
  headers.set("Content-Security-Policy", of === "page" ? page : `${ours}; sandbox`);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  return response;
}
