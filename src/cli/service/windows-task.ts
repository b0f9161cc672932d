import { win32 } from "node:path";
import { type ServicePlan, type ServiceWish, serviceMark } from "./service-manager.ts";
import { xmlText } from "./xml-text.ts";

/**
 * A scheduled task that starts at logon. Its end is that of the dispatcher alone. A task has no environment of its own,
 * so the home is named on the command line.
 * @see schtasks, and the schema of the Task Scheduler
 */
export function windowsPlan(wish: ServiceWish): ServicePlan {
  const path = win32.join(wish.home, "service-task.xml");
  const ofTask = (verb: string, ...more: readonly string[]) => ["schtasks", verb, "/TN", wish.name, ...more];
  return {
    kind: "scheduled task",
    path,
    // schtasks reads nothing else than what it writes: UTF-16 with its mark.
    text: `\ufeff${taskText(wish)}`,
    encoding: "utf16le",
    clear: [ofTask("/End")],
    start: [ofTask("/Create", "/XML", path, "/F"), ofTask("/Run")],
    startHint: `schtasks /Create /TN ${wish.name} /XML "${path}" /F && schtasks /Run /TN ${wish.name}`,
    stop: [ofTask("/End"), ofTask("/Delete", "/F")],
    afterRemoval: [],
    ask: ofTask("/Query", "/FO", "CSV", "/NH"),
    runningWord: /"Running"/,
  };
}

function taskText({ home, command }: ServiceWish): string {
  const [program = "", ...words] = command;
  const line = [...words, "--home", home].map(quoteArgument).join(" ");
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xmlText(`Kanbun dispatcher of ${home}. ${serviceMark}`)}</Description>
  </RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions>
    <Exec>
      <Command>${xmlText(program)}</Command>
      <Arguments>${xmlText(line)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** As CommandLineToArgvW takes it apart: backslashes count only in front of a quotation mark. */
function quoteArgument(word: string): string {
  if (/^[\w./:\\-]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
