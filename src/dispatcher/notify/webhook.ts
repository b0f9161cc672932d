import { isWebAddress, type NotifyWay } from "../../system/config/notify-config.ts";
import { NotDelivered, type Sending } from "./letter.ts";
import { readSecret } from "./secret.ts";

type Webhook = Extract<NotifyWay, { readonly by: "webhook" }>;

/**
 * Posts the letter, signed where there is a secret; any answer of 200 to 299 is a delivery. Redirects are not followed.
 * @throws {NotDelivered}
 * @see https://www.standardwebhooks.com for the headers and the signature
 */
export async function postLetter({ url, secret }: Webhook, sending: Sending): Promise<void> {
  const { letter, signal, nowMs } = sending;
  const address = typeof url === "string" ? url : await readSecret(url, sending);
  if (!isWebAddress(address)) throw new NotDelivered("its address does not begin with https:// or http://");
  const timestamp = Math.floor(nowMs / 1000);
  const key = secret === null ? null : await readSecret(secret, sending);
  const headers = {
    "content-type": "application/json",
    "user-agent": "kanbun",
    "webhook-id": letter.uid,
    "webhook-timestamp": String(timestamp),
    ...(key === null ? {} : { "webhook-signature": sign(key, { ...letter, timestamp }) }),
  };
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers,
      body: letter.body,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    throw new NotDelivered(describe(error, signal));
  }
  // Whatever it says: what was not asked for is not read.
  await response.body?.cancel();
  if (!response.ok) throw new NotDelivered(`it answered ${response.status}`);
}

/** `v1,` and the HMAC-SHA256 of id, time in seconds and body, with points between, in base64. */
export function sign(
  secret: string,
  signed: { readonly uid: string; readonly timestamp: number; readonly body: string },
): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret;
  const hmac = new Bun.CryptoHasher("sha256", key);
  hmac.update(`${signed.uid}.${signed.timestamp}.${signed.body}`);
  return `v1,${hmac.digest("base64")}`;
}

/** The system's word for it. Its own message may hold the address, which may be a secret itself. */
function describe(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "it did not answer in time";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? `it could not be reached (${code})` : "it could not be reached";
}
