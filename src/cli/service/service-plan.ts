import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { BoardError } from "../../board/error.ts";
import { selfCommand } from "../../home/dispatch/self-command.ts";
import { userHome } from "../../system/home/user-home.ts";
import type { CliContext } from "../input/command.ts";
import { launchdPlan } from "./launchd-agent.ts";
import type { ServicePlan, ServiceWish } from "./service-manager.ts";
import { systemdPlan } from "./systemd-unit.ts";
import { windowsPlan } from "./windows-task.ts";

/**
 * The service that works on all boards of the home, as this platform has it.
 * @throws {BoardError} unsupported where there is no manager that Kanbun knows, usage for paths with control characters
 */
export function planService(
  { place, env }: Pick<CliContext, "place" | "env">,
  platform = process.platform,
): ServicePlan {
  const ownFolder = userHome(env);
  const home = resolve(place.home);
  const wish: ServiceWish = {
    name: serviceName(home, ownFolder),
    home,
    userHome: ownFolder,
    configHome: env.XDG_CONFIG_HOME || null,
    command: [...selfCommand(), "dispatch", "--watch"],
    // Managers start with a PATH of their own, on which the commands of profiles would not be found.
    environment: { KANBUN_HOME: home, ...(env.PATH ? { PATH: env.PATH } : {}) },
  };
  for (const word of [home, ownFolder, ...wish.command, ...Object.values(wish.environment)])
    requirePlain(word);
  if (platform === "linux") return systemdPlan(wish);
  if (platform === "darwin") return launchdPlan(wish, userInfo().uid);
  if (platform === "win32") return windowsPlan(wish);
  throw new BoardError("unsupported", `services are not supported on ${platform}`, {
    hint: "start `kanbun dispatch --watch` another way, such as cron with @reboot",
  });
}

/** Neither a unit nor XML can say all of them, and one line must not become two. */
function requirePlain(word: string): void {
  if (!/\p{Cc}/u.test(word)) return;
  throw new BoardError("usage", `a service file cannot hold ${JSON.stringify(word)}`, {
    hint: "use a name without control characters",
  });
}

/** Of the usual home `kanbun`; of any other with a word of its own, so that several can be installed. */
function serviceName(home: string, userHome: string): string {
  if (home === join(userHome, ".kanbun")) return "kanbun";
  return `kanbun-${new Bun.CryptoHasher("sha256").update(home).digest("hex").slice(0, 8)}`;
}
