/** The command line asks for something that we do not do. Shown with a hint to `--help`, exit code 2. */
export class UsageError extends Error {}
