import type { Usage } from "../../board/usage.ts";

/** "$1.23", of less than a cent "$0.0042"; "-" where it is not known. */
export function formatCost(usd: number | null): string {
  if (usd === null) return "-";
  return `$${usd > 0 && usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`;
}

/** What was read and written, in thousands from 10,000 on: "12k in, 850 out"; "-" where it is not known. */
export function formatTokens(usage: Pick<Usage, "inputTokens" | "outputTokens">): string {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === null && outputTokens === null) return "-";
  return `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`;
}

function formatCount(count: number | null): string {
  if (count === null) return "?";
  if (count < 10_000) return String(count);
  return count < 10_000_000 ? `${Math.round(count / 1_000)}k` : `${Math.round(count / 1_000_000)}M`;
}
