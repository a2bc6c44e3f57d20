/**
 * Weights of what the training data does not have, on raw features: nobody in it follows, hides, or is shown a paper twice, and nobody reads along with
 * others. In logits, where a typical list spans about four. A column that does vary in the training learns its own weight and ignores this one.
 * Held until a site's own log teaches better ones.
 */
export const priorWeights: Readonly<Record<string, number>> = {
  rank_followed: 0.5,
  z_followed: 0.1,
  followed_topic: 0.8,
  followed_author: 1.2,
  followed_organization: 0.8,
  rank_co_read: 1,
  z_co_read: 0.3,
  co_read_score: 0.3,
  rank_cited: 0.5,
  z_cited: 0.1,
  citation_links: 0.5,
  cites_in_common: 1,
  rank_reader_state: 0.5,
  z_reader_state: 0.2,
  reader_state_similarity: 1,
  submitter_overlap: 0.5,
  hidden_similarity: -2,
  exposures: -0.3,
};
