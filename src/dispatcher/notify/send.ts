import { runCommand } from "./command.ts";
import { showOnDesktop } from "./desktop.ts";
import { NotDelivered, type Sending } from "./letter.ts";
import { postLetter } from "./webhook.ts";

/** Makes one try, which takes no longer than the target's own limit. Why it failed; null: it was received. */
export async function send(sending: Sending): Promise<string | null> {
  const { way, timeoutMs } = sending.target;
  const signal = AbortSignal.any([sending.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    if (way.by === "command") await runCommand(way.command, { ...sending, signal });
    else if (way.by === "webhook") await postLetter(way, { ...sending, signal });
    else await showOnDesktop({ ...sending, signal });
    return null;
  } catch (error) {
    if (error instanceof NotDelivered) return error.message;
    throw error;
  }
}
