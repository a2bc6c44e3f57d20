/** Commands that read what others wrote, and no stream. */
const onDirectories = ['eval', 'diff', 'report'];

/** Whether a command of replay reads files only, so that no store is needed: a run's directory, or an exported stream with models and states from files. */
export const readsFilesOnly = ([command, ...args]: readonly string[]): boolean => {
  if (command !== undefined && onDirectories.includes(command)) return true;
  const words = args.flatMap((word) => word.split('=', 2)); // --source file:DIR and --source=file:DIR
  const follows = (option: string, isIt: (value: string) => boolean): boolean =>
    words.some((word, place) => word === option && isIt(words[place + 1] ?? ''));
  const isFromStore = follows('--model', (value) => value === 'live') || follows('--state', (value) => /^snapshot:\d+$/.test(value));
  return follows('--source', (value) => value.startsWith('file:')) && !isFromStore;
};
