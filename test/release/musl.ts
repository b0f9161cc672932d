import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const loader = "/usr/lib/x86_64-linux-musl/libc.so";

/** What laying musl into a root takes. */
export const muslTools = [loader, "musl-gcc", "g++", "nm"];

/**
 * Lays musl into a root, as Alpine has it, and the libstdc++ that Bun's build for musl needs. Debian has none for musl:
 * it is linked from what the executable needs of the static one for glibc.
 * @throws {Error} when it cannot be linked.
 */
export function layMusl(root: string, executable: string): void {
  cpSync(loader, join(root, "lib", "ld-musl-x86_64.so.1"));
  symlinkSync("ld-musl-x86_64.so.1", join(root, "lib", "libc.musl-x86_64.so.1"));
  const built = Bun.spawnSync([
    ...["musl-gcc", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libstdc++.so.6"],
    ...["-o", join(root, "lib", "libstdc++.so.6"), join(import.meta.dir, "musl-libstdc++.c")],
    ...symbolsWanted(executable).map((symbol) => `-Wl,-u,${symbol}`),
    ...["libstdc++.a", "libgcc_eh.a", "libgcc.a"].map(pathOf),
  ]);
  if (!built.success) throw new Error(`no libstdc++ for musl: ${built.stderr}`);
}

/** Those it does not define, and those it copies. */
function symbolsWanted(executable: string): string[] {
  return Bun.spawnSync(["nm", "-D", executable])
    .stdout.toString()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).slice(-2))
    .filter(([type, name = ""]) =>
      type === "U" ? /^(_Z|__cxa_|__once|__dynamic_cast)/.test(name) : name.startsWith("_ZTVN10__cxxabiv1"),
    )
    .map(([, name = ""]) => name);
}

function pathOf(library: string): string {
  return Bun.spawnSync(["g++", `-print-file-name=${library}`])
    .stdout.toString()
    .trim();
}
