import type { SecretSource } from "../../system/config/notify-config.ts";
import { NotDelivered, type Sending } from "./letter.ts";

const bytesMax = 64 * 1024;

/** The text of a secret, without the white space around it. Its file is not waited for longer than a try may take. */
export async function readSecret(
  source: SecretSource,
  { environment, signal }: Pick<Sending, "environment" | "signal">,
): Promise<string> {
  const text = "env" in source ? environment[source.env] : await readFileText(source.file, signal);
  const secret = text?.trim() ?? "";
  if (secret !== "") return secret;
  throw new NotDelivered(
    "env" in source ? `the variable ${source.env} is not set` : `${source.file} is empty`,
  );
}

async function readFileText(path: string, signal: AbortSignal): Promise<string> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new NotDelivered(`${path} did not answer in time`));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([Bun.file(path).slice(0, bytesMax).text(), aborted.promise]);
  } catch (error) {
    if (error instanceof NotDelivered) throw error;
    throw new NotDelivered(`${path} cannot be read (${(error as { code?: string }).code ?? "error"})`);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
