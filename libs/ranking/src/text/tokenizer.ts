import { stopWords } from './stop-words.js';

/** Longest token kept, in characters: longer runs are hashes or base64 and would only bloat the vocabulary. */
const MAX_TOKEN_CHARS = 40;

/** Letters that Unicode decomposition leaves whole though readers type them in ASCII. */
const wholeLetters: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' };

const plainAscii = /^[\x00-\x7f]*$/;

/**
 * Lower-case text with accents removed (`Erdős` -> `erdos`). Uses only locale-free Unicode tables, so every machine gives the same.
 */
export const foldText = (text: string): string => {
  const lower = text.toLowerCase();
  if (plainAscii.test(lower)) return lower;
  // Lower-case again: compatibility forms such as the sign for TEL decompose into capitals.
  return lower
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøđðþłı]/g, (letter) => wholeLetters[letter] ?? letter);
};

/**
 * Takes the plural off an English noun: `studies -> study`, `classes -> class`, `models -> model`; leaves `bias`, `analysis`, `class`,
 * and anything of three letters or fewer. Deliberately weak: a stemmer that joins `university` and `universe` hurts search more than it helps.
 */
export const singular = (word: string): string => {
  if (word.length <= 3 || !word.endsWith('s')) return word;
  if (/(ss|us|is|as|os)$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word;
  if (/(sses|xes|ches|shes|zes)$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
};

/**
 * Splits text into search terms, in the order they stand: folded to lower-case ASCII where possible, runs of Unicode letters and digits,
 * stop words and single letters dropped (single digits and single ideographs stay), plurals taken off. Deterministic and locale-free; the search
 * index, queries and the encoder's vocabulary all use it, so the three can never disagree about what a word is.
 */
export const tokenize = (text: string): string[] => {
  const tokens: string[] = [];
  for (const match of foldText(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = match[0];
    if (word.length > MAX_TOKEN_CHARS || stopWords.has(word) || /^[a-z]$/.test(word)) continue;
    tokens.push(singular(word));
  }
  return tokens;
};
