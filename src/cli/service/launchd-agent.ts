import { join } from "node:path";
import { type ServicePlan, type ServiceWish, serviceMark } from "./service-manager.ts";
import { xmlText } from "./xml-text.ts";

/**
 * A launchd agent. Its stop leaves workers alive (AbandonProcessGroup).
 * @param userId of the session that it runs in
 * @see launchd.plist(5), launchctl(1)
 */
export function launchdPlan(wish: ServiceWish, userId: number): ServicePlan {
  const path = join(wish.userHome, "Library", "LaunchAgents", `${wish.name}.plist`);
  const target = `gui/${userId}/${wish.name}`;
  return {
    kind: "launchd agent",
    path,
    text: agentText(wish),
    encoding: "utf8",
    clear: [["launchctl", "bootout", target]],
    start: [
      ["launchctl", "bootstrap", `gui/${userId}`, path],
      ["launchctl", "kickstart", target],
    ],
    startHint: `launchctl bootstrap gui/${userId} "${path}"`,
    stop: [["launchctl", "bootout", target]],
    afterRemoval: [],
    ask: ["launchctl", "print", target],
    runningWord: /^\s*state = running$/m,
  };
}

function agentText({ name, home, command, environment }: ServiceWish): string {
  const string = (text: string) => `<string>${xmlText(text)}</string>`;
  const variables = Object.entries(environment).map(
    ([key, value]) => `    <key>${xmlText(key)}</key>${string(value)}`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${serviceMark} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(name)}
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    ${string(word)}`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("\n")}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>5</integer>
  <key>AbandonProcessGroup</key><true/>
  <key>StandardErrorPath</key>${string(join(home, "service.log"))}
</dict>
</plist>
`;
}
