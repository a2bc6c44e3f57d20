import { problemCatalogue, type ProblemCode } from './catalogue.js';

/** Codes of other services are theirs; only ours have a status and a page. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemCatalogue, code);
