import { routes } from './routes.js';

/** A paper's id may hold slashes, so it matches across them; other parameters end at one. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split(/(\{\w+\})/)
      .map((part) => (part === '{id}' ? '.+' : part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('')}$`,
  );

const table = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));

/** Methods that a path takes; empty when it is nobody's. */
export const methodsOf = (path: string): readonly string[] => [
  ...new Set(table.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
];
