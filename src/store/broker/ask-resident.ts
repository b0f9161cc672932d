import { answerBytesMax } from "./wire.ts";

/** What came of a question. */
export type Heard =
  | { readonly state: "answered"; readonly text: string }
  /** Nothing was asked: no one listens there. `isSilent`: someone does, and did not say a word. */
  | { readonly state: "away"; readonly isSilent?: boolean }
  /** It was asked, and what came of it is not known. */
  | { readonly state: "lost" };

/** Puts one question to the resident that listens at `address`, when that has said that it is there. Never fails. */
export async function askResident(
  address: string,
  hello: string,
  question: string,
  within: { readonly helloMs: number; readonly answerMs: number },
): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const chunks: Buffer[] = [];
  let size = 0;
  let isAsked = false;
  let unsent: Buffer = Buffer.from(hello);
  const givenUp = () => resolve(isAsked ? { state: "lost" } : { state: "away", isSilent: true });
  let timer = setTimeout(givenUp, within.helloMs);
  const flush = (socket: Bun.Socket) => {
    const written = socket.write(unsent);
    unsent = unsent.subarray(Math.max(0, written));
  };
  const take = (socket: Bun.Socket, line: string) => {
    if (isAsked) return resolve({ state: "answered", text: line });
    // It may refuse at once.
    if (line !== '{"ready":true}') return resolve({ state: "answered", text: line });
    isAsked = true;
    clearTimeout(timer);
    timer = setTimeout(givenUp, within.answerMs);
    unsent = Buffer.concat([unsent, Buffer.from(question)]);
    flush(socket);
  };
  let connection: Bun.Socket | null = null;
  try {
    connection = await Bun.connect({
      unix: address,
      socket: {
        open: flush,
        drain: flush,
        data(socket, bytes) {
          size += bytes.length;
          if (size > answerBytesMax) return givenUp();
          const end = bytes.indexOf(0x0a);
          chunks.push(Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)));
          if (end === -1) return;
          const line = Buffer.concat(chunks.splice(0)).toString("utf8");
          size = 0;
          take(socket, line);
        },
        close: () => resolve(isAsked ? { state: "lost" } : { state: "away" }),
        error: () => resolve(isAsked ? { state: "lost" } : { state: "away" }),
      },
    });
    return await promise;
  } catch {
    return { state: "away" }; // no one is there
  } finally {
    clearTimeout(timer);
    connection?.terminate();
  }
}
