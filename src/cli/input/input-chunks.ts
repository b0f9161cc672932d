import { closeSync, openSync, readSync, statSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;

/** What is in a file, or comes through a pipe or from standard input (`-`), piece by piece. @throws the system's error */
export async function* readInputChunks(path: string): AsyncGenerator<Uint8Array> {
  if (path === "-") yield* Bun.stdin.stream();
  else if (statSync(path, { throwIfNoEntry: false })?.isCharacterDevice()) yield* readDevice(path);
  else yield* Bun.file(path).stream();
}

/** Bun's stream waits for a device by epoll, which takes none that is always ready, such as /dev/null. */
function* readDevice(path: string): Generator<Uint8Array> {
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const length = readSync(descriptor, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
