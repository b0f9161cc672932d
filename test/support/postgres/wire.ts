import { join } from "node:path";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import { makeTestHome } from "../home.ts";

/** What happens to what a client says next. */
type Fault =
  /** It arrives, and the answer is lost: the connection is cut before it. */
  | "lose-answer"
  /** It is lost: the connection is cut before it. */
  | "lose-question";

/** The way to a server, that a test can cut; over a socket of this machine. */
export class Wire implements AsyncDisposable {
  readonly place: ServerPlace;
  readonly #listener;
  readonly #ends = new Set<() => void>();
  #faultAt: { readonly word: string; readonly fault: Fault } | null = null;
  #lostAnswer: { readonly word: string; readonly staysCut: boolean } | null = null;
  #isCut = false;
  #isFrozen = false;
  #server: ServerPlace;

  constructor(server: ServerPlace) {
    const folder = makeTestHome();
    this.#server = server;
    this.place = { ...server, host: folder };
    this.#listener = Bun.listen<{ upstream: Promise<Bun.Socket>; loseAnswer: () => void }>({
      unix: join(folder, ".s.PGSQL.5432"),
      socket: {
        open: (client) => {
          if (this.#isCut) {
            client.terminate();
            return;
          }
          let losesAnswer = false;
          const upstream = Bun.connect({
            unix: join(this.#server.host, `.s.PGSQL.${this.#server.port ?? 5432}`),
            socket: {
              data: (_, data) => {
                const lost = this.#lostAnswer;
                if (lost !== null && data.includes(lost.word)) {
                  this.#lostAnswer = null;
                  this.#isCut = lost.staysCut;
                  losesAnswer = true;
                }
                if (losesAnswer) client.terminate();
                else if (!this.#isFrozen) client.write(data);
              },
              close: () => void client.end(),
            },
          });
          client.data = {
            upstream,
            loseAnswer: () => {
              losesAnswer = true;
            },
          };
          this.#ends.add(() => {
            client.terminate();
            upstream.then((socket) => socket.end());
          });
        },
        data: async (client, data) => {
          const upstream = await client.data.upstream;
          const at = this.#faultAt;
          if (this.#isFrozen) return;
          if (this.#isCut) {
            client.terminate();
            return;
          }
          if (at === null || !data.includes(at.word)) {
            upstream.write(data);
            return;
          }
          this.#faultAt = null;
          if (at.fault === "lose-question") client.terminate();
          else {
            client.data.loseAnswer();
            upstream.write(data);
          }
        },
        close: (client) => void client.data?.upstream.then((socket) => socket.end()),
      },
    });
  }

  /** Once, at the first thing said that has `word` in it. */
  breakAt(word: string, fault: Fault): void {
    this.#faultAt = { word, fault };
  }

  /** Once, instead of the first answer that has `word` in it. @param staysCut nothing gets through any more then */
  breakAtAnswer(word: string, { staysCut = false } = {}): void {
    this.#lostAnswer = { word, staysCut };
  }

  /** What is said is neither heard nor refused, in both directions. */
  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  /** Whoever comes next is led to another server. */
  lead(to: ServerPlace): void {
    this.#server = to;
  }

  mend(): void {
    this.#isCut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    this.#listener.stop(true);
  }
}
