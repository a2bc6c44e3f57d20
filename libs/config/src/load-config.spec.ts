import fc from 'fast-check';
import { z } from 'zod';
import { adminBlock, brokerBlock, brokerRule, databaseBlock, loggingBlock } from './blocks.js';
import { ConfigFailure, type ConfigProblem } from './config.failure.js';
import { loadConfig, type Environment } from './load-config.js';
import { addresses, boolean, integer, list, milliseconds, port, seconds, secret } from './settings.js';

const problemsOf = (schema: z.ZodType, env: Environment): readonly ConfigProblem[] => {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigFailure) return error.problems;
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it.each([
    { why: 'a list drops white space and empty parts', field: list, text: ' a:1, b:2,,', value: ['a:1', 'b:2'] },
    { why: 'a port is a number', field: port, text: '8080', value: 8080 },
    { why: 'port 0 asks for a free one', field: port, text: '0', value: 0 },
    { why: 'seconds may have a fraction', field: seconds(0.1, 60), text: '1.5', value: 1.5 },
    { why: 'milliseconds are whole', field: milliseconds(1, 1000), text: '150', value: 150 },
    { why: 'yes is true', field: boolean, text: 'Yes', value: true },
    { why: '0 is false', field: boolean, text: '0', value: false },
    {
      why: 'an address has host and port',
      field: addresses,
      text: '127.0.0.1:7020',
      value: [{ host: '127.0.0.1', port: 7020, dns: false }],
    },
    { why: 'an IPv6 address loses its brackets', field: addresses, text: '[::1]:7020', value: [{ host: '::1', port: 7020, dns: false }] },
    { why: 'dns: asks to resolve again', field: addresses, text: 'dns:ranker:7020', value: [{ host: 'ranker', port: 7020, dns: true }] },
  ])('$why', ({ field, text, value }) => {
    expect(loadConfig(z.object({ X: field as z.ZodType }), { X: text })).toEqual({ X: value });
  });

  it.each([
    { why: 'an empty list', field: list, text: ' , ', rule: 'must name at least one' },
    { why: 'a port past the last', field: port, text: '65536', rule: 'must be a port from 0 to 65535' },
    { why: 'a port in hex', field: port, text: '0x50', rule: 'must be a port from 0 to 65535' },
    { why: 'a number above its range', field: integer(1, 9), text: '10', rule: 'must be a whole number from 1 to 9' },
    { why: 'a fraction where whole is asked', field: integer(1, 9), text: '1.5', rule: 'must be a whole number from 1 to 9' },
    { why: 'a boolean in other words', field: boolean, text: 'maybe', rule: 'must be true or false' },
    { why: 'a short secret', field: secret(32), text: 'hunter2', rule: 'must have at least 32 characters' },
    {
      why: 'an address without port',
      field: addresses,
      text: 'localhost',
      rule: 'must be host:port or dns:name:port, separated by commas',
    },
    {
      why: 'an address with port 0',
      field: addresses,
      text: 'localhost:0',
      rule: 'must be host:port or dns:name:port, separated by commas',
    },
  ])('refuses $why', ({ field, text, rule }) => {
    expect(problemsOf(z.object({ X: field as z.ZodType }), { X: text })).toEqual([{ variable: 'X', rule }]);
  });

  const schema = z
    .object({ ...loggingBlock, ...adminBlock(9010), ...databaseBlock, ...brokerBlock, SECRET: secret() })
    .superRefine(brokerRule);
  const sound = { DATABASE_URL: 'postgres://u@127.0.0.1:5432/b', SECRET: 's'.repeat(32), KAFKA_BROKERS: '127.0.0.1:9092' };

  it('fills defaults and counts an empty variable as unset', () => {
    const config = loadConfig(schema, { ...sound, LOG_LEVEL: '', ADMIN_PORT: '' });
    expect(config).toMatchObject({
      LOG_LEVEL: 'info',
      ADMIN_PORT: 9010,
      HOST: '127.0.0.1',
      BROKER: 'kafka',
      KAFKA_BROKERS: ['127.0.0.1:9092'],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports all problems together, by name and rule', () => {
    const names = problemsOf(schema, { DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', ADMIN_PORT: 'x' }).map(({ variable }) => variable);
    expect(names).toEqual(['LOG_LEVEL', 'ADMIN_PORT', 'DATABASE_URL', 'SECRET']);
  });

  it('asks for brokers with BROKER=kafka only', () => {
    const { KAFKA_BROKERS: _, ...rest } = sound;
    expect(problemsOf(schema, rest)).toEqual([{ variable: 'KAFKA_BROKERS', rule: 'is required with BROKER=kafka' }]);
    expect(problemsOf(schema, { ...rest, BROKER: 'embedded' })).toEqual([]);
  });

  it('points at a variable that was probably meant', () => {
    const { DATABASE_URL: url, ...rest } = sound;
    expect(problemsOf(schema, { ...rest, DATABSE_URL: url })).toEqual([
      { variable: 'DATABASE_URL', rule: 'is required; DATABSE_URL is set, did you mean that?' },
    ]);
  });

  it('refuses BROADSHEET_ names that nobody knows, with the nearest one', () => {
    expect(problemsOf(schema, { ...sound, BROADSHEET_DVE: '1' })).toEqual([
      { variable: 'BROADSHEET_DVE', rule: 'is not a setting of this process; did you mean BROADSHEET_DEV?' },
    ]);
    expect(problemsOf(schema, { ...sound, BROADSHEET_FROBNICATION_LEVEL: '1' })).toEqual([
      { variable: 'BROADSHEET_FROBNICATION_LEVEL', rule: 'is not a setting of this process' },
    ]);
    expect(problemsOf(schema, { ...sound, BROADSHEET_DEV: '1' })).toEqual([]);
  });

  it('never repeats a value, whatever it is', () => {
    const names = Object.keys(schema.shape);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.stringMatching(/^[a-z]{12}$/), (name, noise) => {
        const value = `~${noise}~`;
        try {
          loadConfig(schema, { ...sound, SECRET: 'x', [name]: value });
        } catch (error) {
          expect(`${String(error)}${JSON.stringify(error)}`).not.toContain(noise);
        }
      }),
    );
  });
});
