/** English words too common to say what a paper is about. Folded to lower-case ASCII, as the tokenizer compares them. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a about above after again against all also am an and any are as at be because been before being below between both but by can could did do ' +
    'does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just may me ' +
    'might more most must my no nor not of off on once only or other our ours out over own per same she should so some such than that the their ' +
    'theirs them then there these they this those through to too under until up upon us use used using very via was we were what when where which ' +
    'while who whom why will with within without would you your yours et al'
  ).split(' '),
);
