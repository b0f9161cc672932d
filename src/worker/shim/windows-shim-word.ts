/** The first word by which this very Kanbun, started once more, is a shim on Windows and no command line. */
export const windowsShimWord = "--run-worker";
