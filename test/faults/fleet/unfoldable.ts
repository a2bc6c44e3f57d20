/** `client` of events that rankers with the preload `failing-fold` can not fold, and that the archive is made to refuse. */
export const UNFOLDABLE = 'faults-unfoldable';
