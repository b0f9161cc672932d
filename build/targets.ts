/**
 * The platforms that an executable is built for, and what Bun calls each. x64 is the baseline: it runs on processors
 * without AVX2 too, which are also those of some virtual machines and of Rosetta, and measured no slower.
 */
export const targets = {
  "linux-x64": "bun-linux-x64-baseline",
  "linux-arm64": "bun-linux-arm64",
  "linux-x64-musl": "bun-linux-x64-baseline-musl",
  "linux-arm64-musl": "bun-linux-arm64-musl",
  "macos-x64": "bun-darwin-x64-baseline",
  "macos-arm64": "bun-darwin-arm64",
  "windows-x64": "bun-windows-x64-baseline",
} as const satisfies Record<string, Bun.Build.CompileTarget>;

export type TargetName = keyof typeof targets;

/** @throws {Error} naming all targets when there is none of this name. */
export function requireTarget(name: string): TargetName {
  if (Object.hasOwn(targets, name)) return name as TargetName;
  throw new Error(
    `there is no target ${JSON.stringify(name)}; there are package, ${Object.keys(targets).join(", ")}`,
  );
}
