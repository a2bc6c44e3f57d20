import type { Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** 1 when the reader follows (or named at the start, by `seed`) a topic, an author or the organisation of the paper. */
export const follows: readonly Feature<PersonalSignals>[] = [
  { name: 'followed_topic', range: [0, 1], read: ({ followsTopic }) => (followsTopic ? 1 : 0) },
  { name: 'followed_author', range: [0, 1], read: ({ followsAuthor }) => (followsAuthor ? 1 : 0) },
  { name: 'followed_organization', range: [0, 1], read: ({ followsOrganization }) => (followsOrganization ? 1 : 0) },
];
