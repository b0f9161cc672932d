/** Why nothing, or nothing new, is drawn. */
export function PlotProblem({ problem }: { readonly problem: string | null }) {
  return problem === null ? null : (
    <p class="problem plot-problem" role="alert">
      {problem}
    </p>
  );
}
