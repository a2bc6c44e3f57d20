import {
  type IntakeResult,
  MAX_BATCH,
  MAX_RECORD_BYTES,
  noFieldOf,
  type Paper,
  type PaperId,
  paperSchema,
  parseWith,
  type Problem,
  hasScope,
} from '#contracts';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.js';
import { ProblemFailure } from '../errors/problem.failure.js';
import type { ApiKeyRecord } from '../identity/api-keys.js';
import type { Intake } from './intake.js';
import { accepted, intakeUnavailable, type RecordResult, refused, type Refusal, rooted } from './results.js';

/** A paper as publishers send it: strict, and without `source`, which is the publisher's name. */
export const paperInputSchema = z.strictObject(paperSchema.omit({ source: true }).shape, { error: noFieldOf('a paper') });

/** Room for the envelope around the paper in its record. */
const ENVELOPE_BYTES = 1_024;

const sourceOf = (key: ApiKeyRecord): string => `publisher:${key.name}`;

/** Takes papers from publishers and withdraws them. A publisher owns what it published; `admin` may touch anything. */
export class Publisher {
  constructor(
    private readonly intake: Intake,
    private readonly catalogue: Catalogue,
  ) {}

  async publish(papers: readonly unknown[], key: ApiKeyRecord): Promise<readonly RecordResult[]> {
    if (papers.length === 0)
      throw new ProblemFailure('VALIDATION_FAILED', 'papers must hold at least one', {
        errors: [{ field: 'papers', rule: 'must hold at least one', value: '[]' }],
      });
    if (papers.length > MAX_BATCH)
      throw new ProblemFailure('BATCH_TOO_LARGE', `papers must hold at most ${MAX_BATCH}`, {
        errors: [{ field: 'papers', rule: `must hold at most ${MAX_BATCH}`, value: `${papers.length} papers` }],
      });
    const outcomes = papers.map((paper) => this.check(paper, key));
    const sound = outcomes.flatMap((outcome) => ('paper' in outcome ? [outcome.paper] : []));
    const stored = sound.length === 0 ? [] : await this.store(sound);
    let next = 0;
    return outcomes.map((outcome, index) =>
      'refusal' in outcome ? refused(index, outcome.refusal) : accepted(index, stored[next++] as IntakeResult),
    );
  }

  /** @throws {ProblemFailure} PAPER_UNKNOWN, PAPER_NOT_YOURS or INTAKE_UNAVAILABLE. */
  async withdraw(id: PaperId, key: ApiKeyRecord): Promise<RecordResult> {
    const paper = this.catalogue.find(id);
    if (paper === undefined)
      throw new ProblemFailure('PAPER_UNKNOWN', `no paper has the id ${id}`, {
        errors: [{ field: 'id', rule: 'must be the id of a paper that we have', value: id }],
      });
    if (!mayTouch(paper, key))
      throw new ProblemFailure('PAPER_NOT_YOURS', 'only the publisher of a paper, or an admin key, may withdraw it', {
        errors: [{ field: 'id', rule: 'must be the id of a paper that this key has published', value: id }],
      });
    const [result] = await this.intake.withdraw(paper.id).catch((error: unknown) => {
      throw intakeUnavailable([paper.id], error);
    });
    if (result === undefined) throw intakeUnavailable([paper.id], undefined);
    if (result.status === 'accepted') this.catalogue.fold(paper.id, null, BigInt(result.offset));
    return accepted(0, result);
  }

  private async store(papers: readonly Paper[]): Promise<readonly IntakeResult[]> {
    const results = await this.intake.papers(papers).catch((error: unknown) => {
      throw intakeUnavailable(
        papers.map(({ id }) => id),
        error,
      );
    });
    results.forEach((result, index) => {
      const paper = papers[index];
      // The publisher reads its own paper at once; the log brings the same record again and changes nothing.
      if (paper !== undefined && result.status === 'accepted') this.catalogue.fold(paper.id, paper, BigInt(result.offset));
    });
    return results;
  }

  private check(input: unknown, key: ApiKeyRecord): { readonly paper: Paper } | { readonly refusal: Refusal } {
    const id = input !== null && typeof input === 'object' && 'id' in input && typeof input.id === 'string' ? input.id.slice(0, 128) : '';
    const parsed = parseWith(paperInputSchema, input);
    if (!parsed.ok) return { refusal: { id, code: 'VALIDATION_FAILED', errors: rooted(parsed.problems, 'paper').slice(0, 20) } };
    const paper: Paper = { ...parsed.value, source: sourceOf(key) };
    const bytes = Buffer.byteLength(JSON.stringify(paper)) + ENVELOPE_BYTES;
    if (bytes > MAX_RECORD_BYTES)
      return {
        refusal: {
          id,
          code: 'EVENT_TOO_LARGE',
          errors: [{ field: 'paper', rule: `must have at most ${MAX_RECORD_BYTES - ENVELOPE_BYTES} bytes`, value: `${bytes} bytes` }],
        },
      };
    if (!this.isFree(paper.id, key))
      return {
        refusal: {
          id,
          code: 'PAPER_NOT_YOURS',
          errors: [{ field: 'id', rule: 'must not be a paper of another publisher', value: paper.id }],
        },
      };
    const taken = this.takenAliases(paper, key);
    return taken.length > 0 ? { refusal: { id, code: 'PAPER_NOT_YOURS', errors: taken } } : { paper };
  }

  /** An alias leads readers, votes and hides to its paper: one that leads to another's paper already is not to be had. */
  private takenAliases({ aliases }: Paper, key: ApiKeyRecord): readonly Problem[] {
    return aliases.flatMap((alias, index): Problem[] =>
      this.catalogue.claimants(alias).every((known) => mayTouch(known, key))
        ? []
        : [{ field: `aliases[${index}]`, rule: 'must not be an id or alias of a paper of another publisher', value: alias }],
    );
  }

  /** As the id of a new paper an alias of another's would take its place, so that is theirs too. */
  private isFree(id: PaperId, key: ApiKeyRecord): boolean {
    const [known, ...others] = this.catalogue.claimants(id);
    if (known === undefined) return true;
    // Its own paper stays a publisher's, whoever else has put the id among their aliases since.
    return mayTouch(known, key) && (known.id === id || others.every((other) => mayTouch(other, key)));
  }
}

const mayTouch = ({ source }: Pick<Paper, 'source'>, key: ApiKeyRecord): boolean => source === sourceOf(key) || hasScope(key, 'admin');
