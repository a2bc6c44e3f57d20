/** An arXiv id, new style or old, with the number of a version behind it. */
const VERSIONED = /^(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})v(\d+)$/;
/** How DOIs and citations write an arXiv id. */
const WRITTEN_AS = /^(?:10\.48550\/arxiv\.|arxiv:)/i;

/** A paper's id without what tells its versions and spellings apart: `10.48550/arXiv.2310.01234` and `2310.01234v2` both name `2310.01234`. Other ids stay as they are. */
export const workName = (id: string): string => id.replace(WRITTEN_AS, '').replace(VERSIONED, '$1');

/** Number of the version that an id names; an id without one names the latest, so it is above all. */
export const versionOf = (id: string): number => Number(VERSIONED.exec(id.replace(WRITTEN_AS, ''))?.[2] ?? Infinity);
