import { writeSync } from "node:fs";
import { writeStdout } from "../text/standard-streams.ts";
import { isInForeground } from "./foreground.ts";
import { type Key, KeyReader } from "./key-reader.ts";

const csi = "\u001B[";
/** A screen of its own, without a cursor, where no line breaks by itself and what is pasted is marked. */
const enter = `${csi}?1049h${csi}?25l${csi}?7l${csi}?2004h`;
const leave = `${csi}?2004l${csi}?7h${csi}?25h${csi}?1049l`;
/** A terminal that draws nothing before `end` shows no half screens. */
const frame = { begin: `${csi}?2026h`, end: `${csi}?2026l` };
/** So long after an Escape the rest of a longer sequence is waited for. */
const escapeMs = 50;

interface TerminalEvents {
  readonly onKey: (key: Key) => void;
  /** To be drawn anew: another size, or it was suspended. */
  readonly onRedraw: () => void;
  /** The terminal is gone. */
  readonly onHangUp: () => void;
}

/** A terminal as a screen of whole lines, which is given back however the process ends, but for SIGKILL. */
export class Terminal {
  readonly #events: TerminalEvents;
  readonly #keys = new KeyReader();
  readonly #hasKeys: boolean;
  #isActive = false;
  #isSuspended = false;
  #drawn = "";
  #escapeTimer: Timer | null = null;

  constructor(events: TerminalEvents) {
    this.#events = events;
    this.#hasKeys = process.stdin.isTTY === true;
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  start(): void {
    process.on("exit", this.#restoreNow);
    process.on("uncaughtException", this.#crash);
    process.on("unhandledRejection", this.#crash);
    process.on("SIGHUP", this.#events.onHangUp);
    process.on("SIGQUIT", this.#events.onHangUp);
    process.stdout.on("resize", this.#redraw);
    if (process.platform !== "win32") {
      process.on("SIGTSTP", this.suspend);
      process.on("SIGCONT", this.#continue);
    }
    if (this.#hasKeys) process.stdin.on("data", this.#read);
    this.#take();
  }

  /** Gives the terminal back; what it showed before is there again. */
  stop(): void {
    clearTimeout(this.#escapeTimer ?? undefined);
    process.off("exit", this.#restoreNow);
    process.off("uncaughtException", this.#crash);
    process.off("unhandledRejection", this.#crash);
    process.off("SIGHUP", this.#events.onHangUp);
    process.off("SIGQUIT", this.#events.onHangUp);
    process.stdout.off("resize", this.#redraw);
    if (process.platform !== "win32") {
      process.off("SIGTSTP", this.suspend);
      process.off("SIGCONT", this.#continue);
    }
    if (this.#hasKeys) process.stdin.off("data", this.#read);
    if (this.#isActive) this.#give(writeStdout);
    // Whatever is still in the queue of standard output must not wait for a key.
    process.stdin.unref();
  }

  /** Shows these lines, each no wider than `columns`. Nothing is written where nothing has changed. */
  draw(lines: readonly string[]): void {
    if (!this.#isActive) return;
    // Each line in its place, whatever a terminal thinks of the width of a character in another. Cleared before it is
    // written: afterwards the last character of a full line would go with the rest.
    const text = lines.map((line, at) => `${csi}${at + 1};1H${csi}K${line}`).join("");
    if (text === this.#drawn) return;
    this.#drawn = text;
    writeStdout(`${frame.begin}${text}${csi}J${frame.end}`);
  }

  /** The next `draw` writes all of it. */
  clear(): void {
    this.#drawn = "";
    if (this.#isActive) writeStdout(`${csi}2J`);
  }

  /** As Ctrl-Z does it of every other program. */
  readonly suspend = (): void => {
    if (process.platform === "win32") return;
    if (this.#isActive) this.#give(writeStdout);
    this.#isSuspended = true;
    process.off("SIGTSTP", this.suspend);
    // The whole job, as the terminal itself would: what started this program waits for it.
    process.kill(0, "SIGTSTP");
  };

  /** A job that goes on in the background shows nothing; once it is brought to the front it does. To be called now and then. */
  wake(): void {
    if (this.#isSuspended && isInForeground()) this.#continue();
  }

  readonly #continue = (): void => {
    process.off("SIGTSTP", this.suspend);
    process.on("SIGTSTP", this.suspend);
    this.#isSuspended = !isInForeground();
    if (this.#isSuspended) return;
    this.#take();
    this.#events.onRedraw();
  };

  #take(): void {
    this.#isActive = true;
    this.#drawn = "";
    if (this.#hasKeys) {
      process.stdin.setRawMode(true);
      process.stdin.resume();
    }
    writeStdout(enter);
  }

  #give(write: (text: string) => void): void {
    this.#isActive = false;
    write(leave);
    if (!this.#hasKeys) return;
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }

  readonly #redraw = (): void => {
    this.clear();
    this.#events.onRedraw();
  };

  /** Without waiting for anything: the process is about to be gone. */
  readonly #restoreNow = (): void => {
    if (!this.#isActive) return;
    try {
      this.#give((text) => writeSync(1, text));
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
  };

  readonly #crash = (error: unknown): void => {
    this.#restoreNow();
    console.error(error);
    process.exit(1);
  };

  readonly #read = (bytes: Uint8Array): void => {
    clearTimeout(this.#escapeTimer ?? undefined);
    for (const key of this.#keys.push(bytes)) this.#events.onKey(key);
    if (!this.#keys.isWaiting) return;
    this.#escapeTimer = setTimeout(() => {
      for (const key of this.#keys.flush()) this.#events.onKey(key);
    }, escapeMs);
  };
}
