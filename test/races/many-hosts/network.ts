/** Why hosts can't be made here; null: they can. */
export function whyNoNetwork(): string | null {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  if (Bun.which("ip") === null) return "there is no `ip` (package iproute2)";
  if (Bun.which("bash") === null) return "there is no bash, which the workers are written in";
  const name = `kb${process.pid}x`;
  const { exitCode, stderr } = Bun.spawnSync(["ip", "netns", "add", name]);
  if (exitCode !== 0) return `no network namespace can be made: ${stderr}`;
  ip("netns", "del", name);
  return null;
}

/** Hosts as network namespaces on a bridge of this machine. Their names carry our pid, so that two at once don't meet. */
export class Network {
  readonly #name = `kb${process.pid % 100_000}`;
  readonly #subnet = `10.${64 + (process.pid % 128)}.${Math.floor(process.pid / 128) % 256}`;
  #hosts = 0;

  constructor() {
    ip("link", "add", this.#name, "type", "bridge");
    ip("addr", "add", `${this.address}/24`, "dev", this.#name);
    ip("link", "set", this.#name, "up");
  }

  /** Of the bridge, where the server listens. */
  get address(): string {
    return `${this.#subnet}.1`;
  }

  get range(): string {
    return `${this.#subnet}.0/24`;
  }

  /** A host with a wire to the bridge. */
  add(): NetworkHost {
    this.#hosts += 1;
    const name = `${this.#name}h${this.#hosts}`;
    const [port, inside] = [`${this.#name}p${this.#hosts}`, `${this.#name}i${this.#hosts}`];
    ip("netns", "add", name);
    ip("link", "add", port, "type", "veth", "peer", "name", inside);
    ip("link", "set", port, "master", this.#name);
    ip("link", "set", port, "up");
    ip("link", "set", inside, "netns", name);
    ip("-n", name, "addr", "add", `${this.#subnet}.${this.#hosts + 1}/24`, "dev", inside);
    ip("-n", name, "link", "set", inside, "up");
    ip("-n", name, "link", "set", "lo", "up");
    return {
      name,
      command: ["ip", "netns", "exec", name],
      // Its port is taken off the bridge: packets vanish, and no one is told.
      cut: () => ip("link", "set", port, "nomaster"),
      heal: () => ip("link", "set", port, "master", this.#name),
    };
  }

  /** To be called when nothing runs in them any more. */
  remove(): void {
    for (let host = 1; host <= this.#hosts; host++) ip("netns", "del", `${this.#name}h${host}`);
    ip("link", "del", this.#name);
  }
}

export interface NetworkHost {
  readonly name: string;
  /** What a command is put behind to run there. */
  readonly command: readonly string[];
  cut(): void;
  heal(): void;
}

function ip(...args: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["ip", ...args]);
  if (exitCode !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}
