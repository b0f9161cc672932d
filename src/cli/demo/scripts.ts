/** What the demo's tasks run, in the language of the platform's own shell. */
interface DemoScripts {
  /** The command of a profile that runs a task's body. */
  readonly shell: readonly string[];
  /** How many numbers are added up. */
  readonly numbers: number;
  /** Writes so many numbers to numbers.txt, one a line. */
  makeNumbers(count: number): string;
  /** Writes the sum of lines `from` to `to` to sum-`part`.txt. */
  addUp(part: number, from: number, to: number): string;
  /** Writes the sum of the sums to total.txt, and fails when it is not the one expected. */
  join(total: number, parts: number): string;
  readonly copyTotal: string;
  readonly askForDate: string;
  /** Asks a person, or completes when the answer is there. */
  nameRelease(question: string): string;
  readonly publish: string;
}

const posixScripts: DemoScripts = {
  shell: ["sh", "{body_file}"],
  numbers: 20_000,
  makeNumbers: (count) => `seq 1 ${count} > numbers.txt\nwc -l numbers.txt`,
  addUp: (part, from, to) => `sleep 0.5
sed -n ${from},${to}p numbers.txt | awk '{ sum += $1 } END { printf "%d\\n", sum }' > sum-${part}.txt
cat sum-${part}.txt`,
  join: (total) => `cat sum-*.txt | awk '{ sum += $1 } END { printf "%d\\n", sum }' > total.txt
test "$(cat total.txt)" = ${total} && echo "the total is ${total}"`,
  copyTotal:
    'if mkdir tried 2>/dev/null; then echo "the network is down" >&2; exit 1; fi\ncp total.txt copy.txt',
  askForDate: 'if mkdir asked 2>/dev/null; then echo "too many requests" >&2; exit 75; fi\ndate > date.txt',
  // The pattern does not match itself, as it is in the body, which is part of the context.
  nameRelease: (question) => `answer=$(kanbun context | grep -o "version [0-9.]*[0-9]")
if [ -n "$answer" ]; then kanbun complete --summary "$answer"
else kanbun ask "${question}"
fi`,
  publish:
    'cat total.txt date.txt\nkanbun complete --summary "published" --metadata "{\\"total\\": $(cat total.txt)}"',
};

/** For `cmd`, which takes its time for each number. The space before > keeps a digit from being a handle. */
const windowsScripts: DemoScripts = {
  shell: ["cmd", "/d", "/q", "/c", "call", "{body_file}"],
  numbers: 400,
  makeNumbers: (count) => `for /l %%n in (1,1,${count}) do echo %%n >> numbers.txt\necho ${count} numbers`,
  addUp: (part, from, to) => `set sum=0
for /f %%n in (numbers.txt) do if %%n geq ${from} if %%n leq ${to} set /a sum+=%%n
echo %sum% > sum-${part}.txt
type sum-${part}.txt`,
  join: (total, parts) => `set sum=0
${Array.from({ length: parts }, (_, i) => `for /f %%n in (sum-${i + 1}.txt) do set /a sum+=%%n`).join("\n")}
echo %sum% > total.txt
if not %sum%==${total} exit 1
echo the total is ${total}`,
  copyTotal: onceOnly("tried", "the network is down", 1, "copy total.txt copy.txt"),
  askForDate: onceOnly("asked", "too many requests", 75, "echo %DATE% > date.txt"),
  // As above: with the number in a variable the line does not find itself.
  nameRelease: (question) => `set number=1.0
call kanbun context > context.txt
find "version %number%" context.txt > nul
if errorlevel 1 (
  call kanbun ask "${question}"
) else (
  call kanbun complete --summary "version %number%"
)`,
  publish: `type total.txt date.txt
for /f %%n in (total.txt) do call kanbun complete --summary published --metadata "{\\"total\\": %%n}"`,
};

function onceOnly(mark: string, complaint: string, exitCode: number, then: string): string {
  return `if not exist ${mark} (
  mkdir ${mark}
  echo ${complaint} 1>&2
  exit ${exitCode}
)
${then}`;
}

export const demoScripts = process.platform === "win32" ? windowsScripts : posixScripts;
