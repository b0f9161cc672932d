import { readUptimeMs } from "../../../native-shims/index.ts";
import { BoardError } from "../../board/error.ts";
import type { StoreHosts } from "../../dispatcher/context.ts";
import { HostLease } from "../../dispatcher/lease/host-lease.ts";
import { SilentHosts } from "../../dispatcher/lease/silent-hosts.ts";
import type { Host, HostStore } from "../../store/hosts.ts";
import type { Home } from "../session/home.ts";
import { selfCommand } from "./self-command.ts";

/** What a home that stays knows of the leases of a store: its own, and those of others. */
export class StoreLease implements StoreHosts {
  readonly #lease: HostLease;
  readonly #others = new SilentHosts();
  readonly #onSilent: () => void;

  /** @param on.held its own lease is held from now on @param on.silent some host's is over @param on.error it can't be guarded */
  constructor(
    home: Home,
    of: { readonly store: string; readonly leaseMs: number },
    on: { readonly held: () => void; readonly silent: () => void; readonly error: (error: unknown) => void },
  ) {
    this.#onSilent = on.silent;
    this.#lease = new HostLease({
      ...of,
      home: home.place.home,
      selfCommand: home.kanbun ?? selfCommand,
      onHeld: on.held,
      onError: on.error,
    });
  }

  needLease(): boolean {
    return this.#lease.need();
  }

  listSilent(): readonly Host[] {
    return this.#others.list();
  }

  /** Before the home is registered anew. @throws {BoardError} conflict where something of an earlier lease can't be killed */
  async endFormer(): Promise<void> {
    if (!(await this.#lease.end())) throw unkillable();
  }

  /** @param sentAtMs since boot, before the server was asked @throws {BoardError} conflict, as `endFormer` */
  async begin(term: number, sentAtMs: number): Promise<void> {
    if (!(await this.#lease.begin(term, sentAtMs))) throw unkillable();
  }

  /** The server has acknowledged a beat. @param sentAtMs since boot, before it was sent */
  async renew(sentAtMs: number, hosts: HostStore): Promise<void> {
    this.#lease.renew(sentAtMs);
    const askedAtMs = readUptimeMs();
    this.#others.note(await hosts.list(), { askedAtMs, atMs: readUptimeMs() });
    if (this.#others.list().length > 0) this.#onSilent();
  }

  /** The server was not reached. */
  noteTrouble(): void {
    this.#others.forget();
  }

  close(): void {
    this.#lease.close();
  }
}

function unkillable(): BoardError {
  return new BoardError(
    "conflict",
    "an earlier lease of this home is not over, or what it started can't be ended: nothing is claimed",
    {
      hint: "if it lasts, end the processes that have KANBUN_LEASE in their environment",
    },
  );
}
