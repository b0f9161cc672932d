import type { Socket } from "bun";
import type { Broker } from "../../store/broker/broker.ts";
import { callBytesMax, decode, encode, helloBytesMax } from "../../store/broker/wire.ts";

type Hello = NonNullable<ReturnType<Broker["readHello"]>>;

/** Who listens to a worker: its first words, then one question, and what is answered to it. */
export class WorkerConnection {
  readonly #broker: Broker;
  #chunks: Buffer[] = [];
  #size = 0;
  #hello: Hello | null = null;
  #unsent: Buffer = Buffer.alloc(0);
  #isLast = false;
  #isGone = false;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Whether someone who begins so is a worker: what else is said here is the name of a board. */
  static isFirstWord(bytes: Uint8Array): boolean {
    return bytes[0] === 0x7b; // {
  }

  data(socket: Socket<unknown>, bytes: Uint8Array): void {
    this.#size += bytes.length;
    // Whoever says so much is none of ours.
    if (this.#isLast || this.#size > (this.#hello === null ? helloBytesMax : callBytesMax)) {
      socket.terminate();
      return;
    }
    const end = bytes.indexOf(0x0a);
    this.#chunks.push(Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)));
    if (end === -1) return;
    const line = Buffer.concat(this.#chunks).toString("utf8");
    this.#chunks = [];
    this.#size = 0;
    if (this.#hello === null) this.#greet(socket, line);
    else void this.#answer(socket, this.#hello, line);
  }

  drain(socket: Socket<unknown>): void {
    this.#unsent = this.#unsent.subarray(Math.max(0, socket.write(this.#unsent)));
    if (this.#isLast && this.#unsent.length === 0) socket.end();
  }

  close(): void {
    this.#isGone = true;
  }

  #greet(socket: Socket<unknown>, line: string): void {
    try {
      this.#hello = this.#broker.readHello(decode(line));
    } catch (error) {
      const { kind = null, message, hint = null } = error as Error & { kind?: string; hint?: string };
      this.#say(socket, encode({ error: { kind, message, hint } }), true);
      return;
    }
    if (this.#hello === null) socket.terminate();
    else this.#say(socket, '{"ready":true}\n', false);
  }

  async #answer(socket: Socket<unknown>, hello: Hello, line: string): Promise<void> {
    // It has its own deadlines, and may take as long as those.
    socket.timeout(0);
    // One that was stopped hears only now that the worker has left meanwhile: then nothing is done.
    await new Promise(setImmediate);
    let call: unknown = null;
    try {
      call = decode(line);
    } catch {
      // It is answered that nothing was asked.
    }
    const reply = await this.#broker.answer(hello, call, () => this.#isGone);
    if (reply !== null && !this.#isGone) this.#say(socket, reply, true);
  }

  #say(socket: Socket<unknown>, text: string, isLast: boolean): void {
    this.#unsent = Buffer.concat([this.#unsent, Buffer.from(text)]);
    this.#isLast = isLast;
    this.drain(socket);
  }
}
