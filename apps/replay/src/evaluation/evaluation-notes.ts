import type { Evaluation } from './evaluation-result.js';

/** Sentences about how far the figures of this evaluation carry. */
export const notesOn = (evaluation: Omit<Evaluation, 'notes'>): string[] => [
  ...relevanceNotes(evaluation),
  ...(evaluation.figures.some(({ metric }) => metric.startsWith('coverage'))
    ? ['coverage has no interval: a resample holds fewer different readers than the whole and would always show fewer papers']
    : []),
  ...(evaluation.calibration.length > 0
    ? [
        'calibration: scores claim no chances; each half of the readers is judged by a curve from score to chance that was fitted on the other half',
      ]
    : []),
  ...offPolicyNotes(evaluation),
];

const relevanceNotes = ({ kind, counts }: Omit<Evaluation, 'notes'>): string[] => {
  if (counts.judged === 0) return ['no reader did anything of worth on these requests: nothing can be said about order'];
  return kind === 'prequential'
    ? ['relevant is the one paper that the reader chose at that moment, wherever they found it']
    : [
        'relevant is what readers did on the page they were served: a paper that was not served could not be chosen, so that figures favour what was served over a and b',
      ];
};

const offPolicyNotes = ({ kind, offPolicy }: Omit<Evaluation, 'notes'>): string[] => {
  if (kind === 'prequential') return [];
  if (offPolicy === null) return ['--off-policy would weigh exploration slots, whose chances are known, and so be free of that'];
  return [
    `off-policy: told from the ${offPolicy.explored} of ${offPolicy.slots} served slots that were left to chance; of the other slots the log holds one paper that was certain to be there, which tells nothing of what another would have earned`,
    'off-policy: a side is judged in those slots, with what it lists above them; what the rest of a page does to a slot is taken to be the same',
    'off-policy: supported is the share of what a side would put there that the served policy could have put there; ips counts the rest as earning nothing, snips leaves it out, dr goes by a model of rewards (surface, place, and how a paper did in its other slots)',
  ];
};
