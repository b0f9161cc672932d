/** The answers to statements that were sent one behind the other. Of those that fail, the first is the one that does so by itself. */
export async function inOrder<Answer>(asked: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  const answers = await Promise.allSettled(asked);
  return answers.map((answer) => {
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  });
}
