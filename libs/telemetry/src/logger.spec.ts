import fc from 'fast-check';
import { Failure } from '#contracts';
import { createLogger, type Logger } from './logger.js';

/** A logger and the lines it wrote. */
const recorded = (level = 'trace'): { logger: Logger; lines: () => Record<string, unknown>[]; text: () => string } => {
  const written: string[] = [];
  const logger = createLogger('test', { level, destination: { write: (line: string) => void written.push(line) } });
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>), text: () => written.join('') };
};

class BrokenPart extends Failure {
  readonly code = 'BROKEN_PART';
  readonly retryable = true;
}

describe('createLogger', () => {
  it('writes one JSON object a line with level, time, service and message', () => {
    const { logger, lines } = recorded();
    logger.info({ papers: 47 }, 'loaded');
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'info', service: 'test', papers: 47, msg: 'loaded', time: expect.stringMatching(/^\d{4}-.*Z$/) }),
    ]);
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = recorded('warn');
    logger.info('no');
    logger.warn('yes');
    expect(lines().map(({ msg }) => msg)).toEqual(['yes']);
  });

  it.each([
    { why: 'a header', fields: { headers: { authorization: 'Bearer hunter2' } } },
    { why: 'a token in camel case', fields: { accessToken: 'hunter2' } },
    { why: 'a setting', fields: { CURSOR_SECRET: 'hunter2' } },
    { why: 'a reader reference deep down', fields: { a: [{ b: { readerRef: 'hunter2' } }] } },
    { why: 'a password in a URL', fields: { url: 'postgres://user:hunter2@host/db' } },
    { why: 'a value in a map', fields: { m: new Map([['token', 'hunter2']]) } },
    { why: 'the details of an error', fields: { err: new BrokenPart('x', { secret: 'hunter2' }) } },
    { why: 'the cause of an error', fields: { err: new Error('x', { cause: new Error('at postgres://u:hunter2@h') }) } },
  ])('masks $why', ({ fields }) => {
    const { logger, text } = recorded();
    logger.info(fields, 'x');
    logger.child(fields).info('y');
    expect(text()).not.toContain('hunter2');
    expect(text()).toContain('[redacted]');
  });

  it('masks a bearer token in the message itself', () => {
    const { logger, text } = recorded();
    logger.info('sent Authorization: Bearer hunter2 to it');
    expect(text()).not.toContain('hunter2');
  });

  it('keeps code, message, details and stack of a failure', () => {
    const { logger, lines } = recorded();
    logger.error({ err: new BrokenPart('it broke', { rows: 3 }) }, 'x');
    logger.error(new BrokenPart('it broke', { rows: 3 }));
    for (const line of lines()) {
      expect(line['err']).toMatchObject({
        type: 'BrokenPart',
        message: 'it broke',
        code: 'BROKEN_PART',
        retryable: true,
        details: { rows: 3 },
      });
      expect(line['err']).toHaveProperty('stack', expect.stringContaining('logger.spec'));
    }
  });

  it('writes a line whatever it is given, cycles included', () => {
    const cycle: Record<string, unknown> = { n: 1n };
    cycle['self'] = cycle;
    const { logger, lines } = recorded();
    logger.info(cycle, 'cycle');
    fc.assert(
      fc.property(fc.object(), (fields) => {
        logger.info(fields, 'any');
      }),
      { numRuns: 300 },
    );
    expect(lines().every((line) => line['level'] === 'info')).toBe(true);
  });
});
