import { dlopen } from "bun:ffi";
import { describe, expect, test } from "bun:test";
import { startTimeIn } from "../../../native-shims/darwin/bsdinfo.ts";
import { DARWIN_LIBRARY, DARWIN_SYMBOLS } from "../../../native-shims/darwin/symbols.ts";

// As the headers of macOS have them, parameter by parameter: sys/file.h, libproc.h, sys/sysctl.h, gethostuuid.h, errno.h.
const prototypes = [
  "int flock(int fd, int operation)",
  "int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int buffersize)",
  "int proc_listpids(uint32_t type, uint32_t typeinfo, void *buffer, int buffersize)",
  "int sysctl(int *name, u_int namelen, void *oldp, size_t *oldlenp, void *newp, size_t newlen)",
  "int sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp, size_t newlen)",
  "int gethostuuid(uuid_t id, const struct timespec *wait)",
  "int * __error(void)",
];

/** What each C type is on both processors of macOS; an array parameter is a pointer. */
const scalars: Readonly<Record<string, string>> = {
  int: "i32",
  u_int: "u32",
  uint32_t: "u32",
  uint64_t: "u64",
  size_t: "u64",
  uuid_t: "ptr",
};

function typeOf(declaration: string): string {
  if (declaration.includes("*")) return "ptr";
  const type = scalars[declaration.trim().split(" ")[0] ?? ""];
  if (type === undefined) throw new Error(`unknown type in ${declaration}`);
  return type;
}

function symbolOf(prototype: string): [string, { args: string[]; returns: string }] {
  const [, returned = "", name = "", parameters = ""] = /^(.*?)(\w+)\((.*)\)$/.exec(prototype) ?? [];
  const args = parameters === "void" ? [] : parameters.split(",").map(typeOf);
  return [name, { args, returns: typeOf(returned) }];
}

/** A struct proc_bsdinfo whose every other byte is 0xff. */
function bsdInfo({ status, seconds, microseconds }: Record<"status" | "seconds" | "microseconds", number>) {
  const info = Buffer.alloc(136, 0xff);
  info.set([status, 0, 0, 0], 4);
  const little = (value: number) => Array.from({ length: 8 }, (_, i) => Math.floor(value / 256 ** i) % 256);
  info.set(little(seconds), 120);
  info.set(little(microseconds), 128);
  return info;
}

describe("the C library of macOS", () => {
  test("is called with the types of its headers", () => {
    expect<object>(DARWIN_SYMBOLS).toEqual(Object.fromEntries(prototypes.map(symbolOf)));
  });

  test("is named by its whole path, as the linker's own stub of it names it", () => {
    expect<string>(DARWIN_LIBRARY).toBe("/usr/lib/libSystem.B.dylib");
  });

  test.skipIf(process.platform !== "darwin")("has every function that we call", () => {
    expect(Object.keys(dlopen(DARWIN_LIBRARY, DARWIN_SYMBOLS).symbols)).toEqual(Object.keys(DARWIN_SYMBOLS));
  });
});

describe("a struct proc_bsdinfo", () => {
  test("tells when its process started, to the microsecond", () => {
    const [seconds, running] = [1_764_082_800, 2];
    expect(startTimeIn(bsdInfo({ status: running, seconds, microseconds: 42 }))).toBe("1764082800.000042");
    expect(startTimeIn(bsdInfo({ status: running, seconds, microseconds: 999_999 }))).toBe(
      "1764082800.999999",
    );
  });

  test("of a stopped process tells it as well, of a zombie nothing", () => {
    const started = { seconds: 2 ** 33, microseconds: 0 }; // beyond 32 bits
    expect(startTimeIn(bsdInfo({ status: 4, ...started }))).toBe("8589934592.000000");
    expect(startTimeIn(bsdInfo({ status: 5, ...started }))).toBeNull();
  });
});
