/** What was typed can not be meant: names the option, its value and the rule. */
export class UsageError extends Error {}
